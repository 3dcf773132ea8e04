package io.dotkv.launcher.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.proto.replication.v1.Consistency;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("acceptance")
final class ConvergenceTest {
    @TempDir
    private Path folder;

    private RunningCluster cluster;

    @BeforeEach
    void startThree() {
        cluster = new RunningCluster(folder);
    }

    @AfterEach
    void stopAll() {
        cluster.close();
    }

    @Test
    void convergeWaitsUntilANodeThatWasAwayHasEverythingAndSaysMeanwhileThatItCannotBeReached() throws IOException {
        cluster.node(3).kill();
        for (int number = 0; number < 100; number++) {
            Calls.put(cluster.node(1), "key-" + number, "value");
        }
        assertThat(converge("--timeout", "2s")).as("while n3 is down").isEqualTo(4);
        assertThat(said()).contains("n3 ", "not reachable", "Timed out");
        assertThat(run("explain", "key-1")).isZero();
        assertThat(said()).contains("value ", "What n3 has is not known");
        assertThat(run("cluster", "status")).isZero();
        assertThat(said()).contains("LACKS", "n3 lacks it.");
        cluster.node(3).start();
        assertThat(converge("--timeout", "2m")).isZero();
        assertThat(said()).contains("is on all of its replicas");
        for (int number = 0; number < 100; number++) {
            assertThat(Calls.values(Calls.get(cluster.node(3), "key-" + number, Consistency.ONE)))
                    .containsExactly("value");
        }
    }

    private int converge(String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("cluster", "converge", "--wait"));
        arguments.addAll(List.of(more));
        return run(arguments.toArray(new String[0]));
    }

    private int run(String... command) throws IOException {
        Path said = folder.resolve("said");
        Files.deleteIfExists(said);
        List<String> arguments = new ArrayList<>(List.of(command));
        arguments.addAll(List.of("--endpoint", cluster.node(1).endpoint()));
        return Program.run(said, said, arguments.toArray(new String[0]));
    }

    private String said() throws IOException {
        return Files.readString(folder.resolve("said"));
    }
}
