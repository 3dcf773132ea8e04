package io.dotkv.launcher.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.proto.replication.v1.Consistency;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("acceptance")
final class SplitDeploymentTest {
    @TempDir
    private Path folder;

    @Test
    void theLayersOfANodeRunInThreeProcessesAndAnyOfThemMayRestart() {
        int storagePort = RunningNode.freePort();
        int memberPort = RunningNode.freePort();
        int replicationPort = RunningNode.freePort();
        try (RunningNode storage = new RunningNode("s1", storagePort, folder, "--services", "storage");
                RunningNode member = new RunningNode(
                        "n1",
                        memberPort,
                        folder,
                        "--services",
                        "gossip,cluster,replication",
                        "--storage",
                        "localhost:" + storagePort);
                RunningNode coordinator = new RunningNode(
                        "r1",
                        replicationPort,
                        folder,
                        "--services",
                        "replication",
                        "--cluster",
                        "localhost:" + memberPort)) {
            storage.start();
            member.start().awaitServing();
            coordinator.start().awaitServing();

            Calls.put(coordinator, "key", "through the third process");
            assertThat(Calls.values(Calls.get(member, "key", Consistency.QUORUM)))
                    .containsExactly("through the third process");

            storage.kill();
            storage.start();
            Until.isTrue(Duration.ofSeconds(20), "writes work again after the storage's restart", () -> {
                try {
                    Calls.put(coordinator, "key", "after the restart");
                    return true;
                } catch (StatusRuntimeException e) {
                    return false;
                }
            });
            assertThat(Calls.values(Calls.get(member, "key", Consistency.QUORUM)))
                    .containsExactly("after the restart");

            member.kill();
            member.start().awaitServing();
            assertThat(Calls.values(Calls.get(member, "key", Consistency.QUORUM)))
                    .containsExactly("after the restart");
        }
    }
}
