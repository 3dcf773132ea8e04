package io.dotkv.launcher.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.proto.replication.v1.Consistency;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
        assertThat(said()).contains("n3 ", "not reachable", "The time is over");
        cluster.node(3).start();
        assertThat(converge("--timeout", "2m")).isZero();
        assertThat(said()).contains("is on all of its replicas");
        for (int number = 0; number < 100; number++) {
            assertThat(Calls.values(Calls.get(cluster.node(3), "key-" + number, Consistency.ONE)))
                    .containsExactly("value");
        }
    }

    private int converge(String... more) throws IOException {
        Files.deleteIfExists(folder.resolve("said"));
        String[] arguments = new String[more.length + 5];
        String[] first = {"cluster", "converge", "--wait", "--endpoint", cluster.node(1).endpoint()};
        System.arraycopy(first, 0, arguments, 0, first.length);
        System.arraycopy(more, 0, arguments, first.length, more.length);
        return Program.run(folder.resolve("said"), folder.resolve("said"), arguments);
    }

    private String said() throws IOException {
        return Files.readString(folder.resolve("said"));
    }
}
