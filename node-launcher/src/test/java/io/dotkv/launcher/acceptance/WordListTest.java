package io.dotkv.launcher.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real word list goes through a cluster of which one node is killed on the way, and comes out line for line. */
@Tag("acceptance")
final class WordListTest {
    private static final Path WORDS = Path.of("/usr/share/dict/american-english");

    @TempDir
    private Path folder;

    @Test
    void aWordListComesOutAsItWentInAlsoFromTheStorageOfTheNodeThatWasAway() throws IOException, InterruptedException {
        assumeTrue(Files.exists(WORDS), "the package wamerican is installed");
        List<String> input = input();
        assertThat(input).hasSizeGreaterThanOrEqualTo(100_000);
        Path file = folder.resolve("words.tsv");
        Files.write(file, input);
        try (RunningCluster cluster = new RunningCluster(folder)) {
            RunningNode away = cluster.node(3);
            Process load = Program.start(
                    folder.resolve("load.out"),
                    "load",
                    "--endpoint",
                    cluster.node(1).endpoint() + "," + cluster.node(2).endpoint(),
                    file.toString());
            Until.isTrue(Duration.ofSeconds(60), "a part of the words is loaded", () -> localLines(away) > 5_000);
            away.kill();
            assertThat(load.waitFor())
                    .as(Program.tail(folder.resolve("load.out")))
                    .isZero();
            away.start().awaitServing();

            assertThat(dump(
                            "dump",
                            "--format",
                            "tsv",
                            "--endpoint",
                            cluster.node(2).endpoint()))
                    .isEqualTo(input);

            Until.isTrue(
                    Duration.ofSeconds(60),
                    "the node that was away has all words by itself",
                    () -> localLines(away) == input.size());
            cluster.node(1).kill();
            cluster.node(2).kill();
            assertThat(dump("dump", "--local", "--format", "tsv", "--endpoint", away.endpoint()))
                    .isEqualTo(input);
        }
    }

    /** Words with their line numbers, in byte order. */
    private static List<String> input() throws IOException {
        List<String> words = new ArrayList<>(Files.readAllLines(WORDS));
        words.sort((left, right) ->
                Arrays.compareUnsigned(left.getBytes(StandardCharsets.UTF_8), right.getBytes(StandardCharsets.UTF_8)));
        List<String> lines = new ArrayList<>(words.size());
        for (String word : words) {
            lines.add(word + "\t" + (lines.size() + 1));
        }
        return lines;
    }

    /** How many entries the node's storage has; 0 when it does not answer in time, which a node under load need not. */
    private int localLines(RunningNode node) {
        try {
            Path out = Files.createTempFile(folder, "dump", ".tsv");
            int exitCode =
                    Program.run(out, folder.resolve("dump.err"), "dump", "--local", "--endpoint", node.endpoint());
            return exitCode == 0 ? Files.readAllLines(out).size() : 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> dump(String... arguments) throws IOException {
        Path out = Files.createTempFile(folder, "dump", ".tsv");
        Path errors = folder.resolve("dump.err");
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--timeout", "30s"));
        int exitCode = Program.run(out, errors, all.toArray(new String[0]));
        assertThat(exitCode).as(Program.tail(errors)).isZero();
        return Files.readAllLines(out);
    }
}
