package io.dotkv.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.dotkv.proto.replication.v1.Content;
import io.dotkv.proto.replication.v1.Presence;
import io.dotkv.proto.replication.v1.ReadResponse;
import io.dotkv.proto.replication.v1.SetValue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Somebody has stored keys and values that a terminal would obey; another looks at them. */
@Tag("integration")
class EscapeSequencesTest {
    /** Sets the title by an escape, clears the screen by the C1 form of the same, and turns the direction of text. */
    private static final String EVIL = "\u001b]0;owned\u0007\u009b2J\r\u202ex";

    private final FakeCluster cluster = new FakeCluster(1);
    private final String at = "--endpoint=" + cluster.endpoints();

    @TempDir
    private Path folder;

    @BeforeEach
    void store() {
        assertThat(Run.of("put", "note", EVIL, at).exitCode()).isZero();
        assertThat(Run.of("put", "key" + EVIL, "v", at).exitCode()).isZero();
        cluster.node(1).replication.content = ReadResponse.newBuilder()
                .setPresence(Presence.FOUND)
                .setContent(Content.newBuilder().setSet(SetValue.newBuilder().addElements("el" + EVIL)))
                .build();
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    static Stream<List<String>> commands() {
        return Stream.of(
                List.of("get", "note"),
                List.of("get", "note", "-o", "json"),
                List.of("get", "key" + EVIL),
                List.of("get", "none" + EVIL),
                List.of("get", "note", "--raw-key", "hex" + EVIL),
                List.of("get", "note" + EVIL, "--raw-key", "hex"),
                List.of("explain", "key" + EVIL),
                List.of("read", "typed"),
                List.of("read", "typed", "-o", "json"),
                List.of("put", "key" + EVIL, "v2"),
                List.of("put", "key" + EVIL, "v", "-o", "json", "--context", ""),
                List.of("put", "key", "v", "--file", "no" + EVIL),
                List.of("delete", "key" + EVIL),
                List.of("update", "key" + EVIL, "set", "add", "el" + EVIL),
                List.of("update", "key" + EVIL, "t" + EVIL, "add"),
                List.of("scan"),
                List.of("scan", "-o", "json"),
                List.of("scan", "--prefix", "key" + EVIL),
                List.of("dump", "--format", "jsonl"),
                List.of("dump", "--format", "tsv"),
                List.of("health", "-e", "host" + EVIL + ":1"),
                List.of("no" + EVIL),
                List.of("get", "--no" + EVIL));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void noCommandLetsThemThroughToATerminal(List<String> command) {
        List<String> arguments = command.contains("-e") || command.size() < 2
                ? command
                : Stream.concat(command.stream(), Stream.of(at)).toList();
        Run run = Run.atTerminal("", arguments.toArray(String[]::new));
        assertThat(run.out() + run.err())
                .isNotEmpty()
                .doesNotContain("\u001b]", "\u0007", "\u009b", "\r\u202e", "\u202e");
    }

    @Test
    void theQuestionBeforeADeletionShowsThePrefixWithoutThem() {
        Run run = Run.atTerminal("no\n", "delete", "--prefix", "key" + EVIL, at);
        assertThat(run.err()).contains("Delete 1 key that").doesNotContain("\u001b", "\u009b");
    }

    @Test
    void aLineThatCannotBeLoadedIsNamedWithoutThem() throws Exception {
        Path file = Files.writeString(folder.resolve("in.tsv"), "bad line " + EVIL + "\n");
        assertThat(Run.of("load", file.toString(), at).err()).doesNotContain("\u001b", "\u009b");
    }

    @Test
    void rawOutputAndADumpToAFileAreTheBytesAsTheyAre() {
        assertThat(Run.of("get", "note", "-o", "raw", at).out()).isEqualTo(EVIL);
        assertThat(Run.atTerminal("", "get", "note", "-o", "raw", at).out()).isEqualTo(EVIL);
        assertThat(Run.of("read", "typed", "-o", "raw", at).out()).isEqualTo("el" + EVIL + "\n");
        assertThat(Run.of("scan", "-o", "raw", at).out()).isEqualTo("key" + EVIL + "\nnote\n");
        assertThat(Run.of("dump", "--format", "tsv", at).bytes())
                .isEqualTo(ByteString.copyFromUtf8("key" + EVIL + "\tv\nnote\t" + EVIL + "\n"));
    }
}
