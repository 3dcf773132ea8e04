package io.dotkv.launcher.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.proto.replication.v1.Entry;
import io.dotkv.proto.replication.v1.ScanRequest;
import io.dotkv.proto.replication.v1.ScanResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Long commands that a person stops with Ctrl-C, which sends SIGINT, say what they have done, and end with 130. */
@Tag("acceptance")
final class InterruptedCommandsTest {
    private static final int LINES = 20_000;

    @TempDir
    private static Path folder;

    private static RunningNode node;

    @BeforeAll
    static void startOne() {
        node = new RunningNode("n1", RunningNode.freePort(), folder).start().awaitServing();
    }

    @AfterAll
    static void stopAll() {
        node.close();
    }

    /** What a command wrote until it was stopped. */
    private record Stopped(String out, String err) {
        static Stopped at(Predicate<Process> moment, String... arguments) throws IOException {
            Path out = Files.createTempFile(folder, "command", ".out");
            Path err = Files.createTempFile(folder, "command", ".err");
            Process process = Program.startInForeground(out, err, arguments);
            try {
                Until.isTrue(Duration.ofSeconds(60), arguments[0] + " is at work", () -> moment.test(process));
                Program.signal(process, "INT");
                assertThat(Program.waitFor(process)).as(Program.tail(err)).isEqualTo(130);
            } finally {
                process.destroyForcibly();
            }
            return new Stopped(Files.readString(out), Files.readString(err));
        }

        int number(String pattern) {
            Matcher matcher = Pattern.compile(pattern).matcher(out + err);
            assertThat(matcher.find()).as("%s in %s%s", pattern, out, err).isTrue();
            return Integer.parseInt(matcher.group(1).replace(",", ""));
        }
    }

    @Test
    void aLoadSaysHowFarItCameAndWithWhichLineToGoOn() throws IOException {
        List<String> lines = IntStream.rangeClosed(1, LINES)
                .mapToObj("line:%05d\tvalue"::formatted)
                .toList();
        String file = Files.write(folder.resolve("lines.tsv"), lines).toString();
        String[] load = {"load", file, "--in-flight", "4", "--endpoint", node.endpoint()};
        Stopped stopped = Stopped.at(_ -> keys("line:").size() >= 500, load);

        int goOn = stopped.number("interrupted. The load is incomplete: continue with --from-line ([0-9]+)");
        assertThat(goOn).isBetween(500, LINES);
        int loaded = stopped.number("loaded +([0-9,]+)");
        Set<String> stored = keys("line:");
        assertThat(stored).as("what it says that it loaded").hasSizeGreaterThanOrEqualTo(loaded);
        assertThat(loaded).as("four at a time").isBetween(goOn - 1, goOn + 3);
        for (int line = 1; line < goOn; line++) {
            assertThat(stored).contains("line:%05d".formatted(line));
        }
        List<String> rest = new ArrayList<>(List.of(load));
        rest.addAll(List.of("--from-line", Integer.toString(goOn)));
        Path told = folder.resolve("rest");
        assertThat(Program.run(told, told, rest.toArray(new String[0])))
                .as(Program.tail(told))
                .isZero();
        assertThat(keys("line:")).hasSize(LINES);
    }

    @Test
    void aBenchShowsWhatItMeasuredAndSaysWhichKeysItLeaves() throws IOException {
        Stopped stopped = Stopped.at(
                _ -> keys("bench:").size() >= 100,
                "bench",
                "--workload",
                "put",
                "--key-count",
                "1000",
                "--warmup",
                "0",
                "--seconds",
                "300",
                "--endpoint",
                node.endpoint());
        assertThat(stopped.number("([0-9,]+) operations in ")).isGreaterThanOrEqualTo(100);
        assertThat(stopped.out()).contains("operations per second", "p99 ms", " 0 failed");
        assertThat(stopped.err()).contains("keys were left behind; remove them with: dotkv delete --prefix bench:");
        assertThat(keys("bench:")).isNotEmpty();
    }

    @Test
    void aSimulationShowsWhatItHasRun() throws IOException {
        Stopped stopped = Stopped.at(
                sim -> sim.info().totalCpuDuration().orElseThrow().toSeconds() >= 6,
                "sim",
                "--nodes",
                "1",
                "--seconds",
                "300");
        assertThat(stopped.number("([0-9]+) seeds, 0 failed; [0-9]+ writes acknowledged"))
                .isPositive();
    }

    private static Set<String> keys(String prefix) {
        Set<String> keys = new TreeSet<>();
        String token = "";
        do {
            ScanResponse page = node.replication()
                    .scan(ScanRequest.newBuilder()
                            .setPrefix(prefix)
                            .setPageToken(token)
                            .setPageSize(10_000)
                            .build());
            keys.addAll(page.getEntriesList().stream().map(Entry::getKey).collect(Collectors.toSet()));
            token = page.getNextPageToken();
        } while (!token.isEmpty());
        return keys;
    }
}
