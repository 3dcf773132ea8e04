package io.dotkv.launcher.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.proto.cluster.v1.ClusterServiceGrpc;
import io.dotkv.proto.cluster.v1.ClusterServiceGrpc.ClusterServiceBlockingStub;
import io.dotkv.proto.cluster.v1.GetClusterRequest;
import io.dotkv.proto.cluster.v1.Health;
import io.dotkv.proto.cluster.v1.LeaveForGoodRequest;
import io.dotkv.proto.cluster.v1.Member;
import io.dotkv.proto.cluster.v1.RemoveMemberRequest;
import io.dotkv.proto.replication.v1.Consistency;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes that join, restart without one of three, are removed, and leave. */
@Tag("acceptance")
final class AgreedMembersTest {
    @TempDir
    private Path folder;

    @Test
    void nodesJoinAndGoForGoodAndTwoOfThreeAreEnoughToStart() {
        try (RunningCluster cluster = new RunningCluster(folder)) {
            RunningNode n1 = cluster.node(1);
            RunningNode n2 = cluster.node(2);
            RunningNode n3 = cluster.node(3);
            Calls.put(n1, "key", "first");
            n3.kill();
            for (RunningNode restarted : List.of(n1, n2)) {
                restarted.kill();
                restarted.start().awaitServing();
            }
            // Each has a boot of its own: it gives the dot itself, also when the other is asked by nobody.
            Calls.put(n1, "key", "with two of three");
            Calls.put(n2, "other", "with two of three");

            String seeds = cluster.nodes().stream().map(RunningNode::endpoint).collect(Collectors.joining(","));
            try (RunningNode n4 = node("n4", seeds);
                    RunningNode n5 = node("n5", seeds)) {
                n4.start().awaitServing();
                n5.start().awaitServing();
                Calls.put(n4, "key", "through a node that holds nothing");
                assertThat(Calls.values(Calls.get(n5, "key", Consistency.QUORUM)))
                        .containsExactly("through a node that holds nothing");
                assertThat(List.of(numberOf(n1, "n4"), numberOf(n1, "n5"))).containsExactlyInAnyOrder(4, 5);

                // Without n3, too few acceptors would be left.
                n3.start().awaitServing();
                Until.isTrue(Duration.ofSeconds(20), "n5 knows that n3 is back", () -> isAlive(n5, "n3"));
                n4.kill();
                Until.isTrue(Duration.ofSeconds(40), "n4 is removed", () -> remove(n1, "n4"));
                n4.start();
                Until.isTrue(Duration.ofSeconds(20), "n4 was refused and has ended", () -> !n4.isAlive());
                assertThat(n4.logTail()).contains("was removed from the cluster");

                assertThat(stub(n5).leaveForGood(LeaveForGoodRequest.getDefaultInstance())
                                .getNode())
                        .isEqualTo("n5");
                Until.isTrue(Duration.ofSeconds(20), "n5 has ended", () -> !n5.isAlive());
                Until.isTrue(
                        Duration.ofSeconds(20),
                        "both are gone for all",
                        () -> numberOf(n2, "n4") == 0 && numberOf(n2, "n5") == 0);
            }
            assertThat(Calls.values(Calls.get(n2, "key", Consistency.QUORUM)))
                    .containsExactly("through a node that holds nothing");
        }
    }

    private RunningNode node(String name, String seeds) {
        return new RunningNode(name, RunningNode.freePort(), folder, "--seeds", seeds, "--expect", "3");
    }

    private static ClusterServiceBlockingStub stub(RunningNode node) {
        return ClusterServiceGrpc.newBlockingStub(node.channel()).withDeadlineAfter(15, TimeUnit.SECONDS);
    }

    /** The number under which a node knows a member; 0 for none. */
    private static int numberOf(RunningNode asked, String name) {
        return stub(asked).getCluster(GetClusterRequest.getDefaultInstance()).getMembersList().stream()
                .filter(member -> member.getNode().equals(name))
                .mapToInt(Member::getNumber)
                .findFirst()
                .orElse(0);
    }

    private static boolean isAlive(RunningNode asked, String name) {
        return stub(asked).getCluster(GetClusterRequest.getDefaultInstance()).getMembersList().stream()
                .anyMatch(member -> member.getNode().equals(name) && member.getHealth() == Health.ALIVE);
    }

    /** Whether it is removed; it is refused as long as it is not known to be dead. */
    private static boolean remove(RunningNode asked, String name) {
        try {
            return stub(asked)
                    .removeMember(RemoveMemberRequest.newBuilder().setNode(name).build())
                    .getNode()
                    .equals(name);
        } catch (StatusRuntimeException refused) {
            assertThat(refused.getStatus().getCode()).isIn(Status.Code.FAILED_PRECONDITION, Status.Code.UNAVAILABLE);
            return false;
        }
    }
}
