package io.dotkv.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("integration")
class LostOutputTest {
    private final FakeCluster cluster = new FakeCluster(3);

    @TempDir
    private Path folder = Path.of("");

    @AfterEach
    void stop() {
        cluster.close();
    }

    /** A disk that is full after so many bytes. */
    private static final class Disk extends OutputStream {
        private final int capacity;
        private int written;

        Disk(int capacity) {
            this.capacity = capacity;
        }

        @Override
        public void write(int one) throws IOException {
            if (written == capacity) {
                throw new IOException("No space left on device");
            }
            written++;
        }
    }

    private Run onto(OutputStream disk, String line) {
        String[] words = Stream.concat(
                        Arrays.stream(line.split(" ")),
                        line.matches("(dump|get|read|explain|cluster|load|put|update|delete|bench).*")
                                        && !line.contains("help")
                                ? Stream.of("--endpoint=" + cluster.endpoints())
                                : Stream.empty())
                .toArray(String[]::new);
        return Run.onto(disk, ByteString.copyFromUtf8("z\tz\n"), words);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dump",
                "dump --format tsv",
                "dump --format jsonl",
                "dump --local",
                "get k",
                "get k -o raw",
                "get k -o json",
                "read k",
                "read k -o json",
                "put k w",
                "put k w -o json",
                "update k set add x",
                "delete k",
                "load -",
                "load - -o json",
                "cluster status",
                "cluster nodes",
                "cluster layout",
                "sim --seconds 0",
                "completion bash",
                "version",
                "--version",
                "--help",
                "help get",
                "dump --help"
            })
    void anOutputThatCannotBeWrittenIsNoSuccess(String line) {
        Run.of("put", "k", "v", "--endpoint=" + cluster.endpoints());
        if (line.startsWith("dump --local")) {
            line = "dump --local --endpoint=" + cluster.node(1).endpoint();
        }
        Run full = line.contains("--local")
                ? Run.onto(new Disk(0), ByteString.EMPTY, line.split(" "))
                : onto(new Disk(0), line);
        assertThat(full.exitCode()).as(full.err()).isEqualTo(11);
        assertThat(full.err())
                .contains("dotkv: the output cannot be written: No space left on device.")
                .doesNotContain("at io.dotkv", "Exception");
    }

    @Test
    void aDumpEndsSoonAfterItsDiskIsFull() throws Exception {
        String lines = IntStream.range(0, 5_000)
                .mapToObj(number -> "key-" + number + "\t" + "x".repeat(100) + "\n")
                .collect(Collectors.joining());
        Path file = Files.writeString(folder.resolve("in.tsv"), lines, StandardCharsets.UTF_8);
        assertThat(Run.of("load", file.toString(), "--endpoint=" + cluster.endpoints())
                        .exitCode())
                .isZero();
        int[] scans = {0};
        for (int number = 1; number <= 3; number++) {
            cluster.node(number).replication.faults = _ -> {
                scans[0]++;
                return Fault.NONE;
            };
        }
        Run dump = onto(new Disk(100_000), "dump --page-size 100");
        assertThat(dump.exitCode()).as(dump.err()).isEqualTo(11);
        assertThat(scans[0]).as("pages that were asked for").isBetween(1, 49);
    }

    @Test
    void aFailureIsToldByItsOwnCodeAlsoWhenTheOutputIsLost() {
        for (int number = 1; number <= 3; number++) {
            cluster.node(number).failWith(Fault.UNAVAILABLE);
        }
        assertThat(onto(new Disk(0), "get k -o json").exitCode()).isEqualTo(4);
    }

    @Test
    void everyCommandWithExitCodesNamesThatOfALostOutput() {
        for (String command : new String[] {"dump", "get", "cluster status", "bench"}) {
            String[] words = (command + " --help").split(" ");
            assertThat(Run.of(words).out()).contains("11   output lost");
        }
    }
}
