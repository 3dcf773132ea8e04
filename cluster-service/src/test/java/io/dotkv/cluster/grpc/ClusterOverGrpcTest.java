package io.dotkv.cluster.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dotkv.cluster.Cluster;
import io.dotkv.cluster.Cluster.AgreedBoot;
import io.dotkv.cluster.Cluster.BootRequest;
import io.dotkv.cluster.ClusterStore;
import io.dotkv.cluster.ClusterView;
import io.dotkv.cluster.Health;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.ports.SeededRandom;
import io.dotkv.kernel.system.SystemClock;
import io.dotkv.proto.cluster.v1.ClusterServiceGrpc;
import io.dotkv.proto.cluster.v1.GetClusterRequest;
import io.dotkv.proto.cluster.v1.GetClusterResponse;
import io.dotkv.proto.cluster.v1.GetLayoutRequest;
import io.dotkv.proto.cluster.v1.Phase;
import io.dotkv.proto.cluster.v1.WatchRequest;
import io.dotkv.proto.cluster.v1.WatchResponse;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The layer, its service and its remote form together, over gRPC within the process. */
@Tag("integration")
class ClusterOverGrpcTest {
    private static final List<String> SEEDS = List.of("127.0.0.1:3001", "127.0.0.1:3002", "127.0.0.1:3003");

    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened.reversed()) {
            each.close();
        }
    }

    private InProcessNode node(int index, int expect) throws Exception {
        InProcessNode node = new InProcessNode(
                "n" + index, SEEDS.get(index - 1), expect == 1 ? List.of() : SEEDS, expect, ClusterStore.inMemory());
        opened.add(node);
        return node;
    }

    private static ClusterServiceGrpc.ClusterServiceBlockingStub stub(InProcessNode node, int index) {
        return ClusterServiceGrpc.newBlockingStub(node.channel(SEEDS.get(index - 1)))
                .withDeadlineAfter(5, TimeUnit.SECONDS);
    }

    private RemoteCluster remote(InProcessNode node, int index) {
        RemoteCluster remote = new RemoteCluster(
                node.channel(SEEDS.get(index - 1)), new SystemClock(), node.scheduler(), new SeededRandom(1));
        opened.add(remote);
        remote.start();
        return remote;
    }

    @Test
    void threeNodesFormAndEachDescribesTheClusterAndItsLayout() throws Exception {
        InProcessNode one = node(1, 3);
        InProcessNode two = node(2, 3);
        assertThat(stub(one, 1)
                        .getCluster(GetClusterRequest.getDefaultInstance())
                        .getPhase())
                .isEqualTo(Phase.FORMING);
        assertThatThrownBy(() -> stub(one, 1).getLayout(GetLayoutRequest.getDefaultInstance()))
                .hasMessageContaining("FAILED_PRECONDITION")
                .hasMessageContaining("has not formed yet");
        InProcessNode three = node(3, 3);
        for (InProcessNode node : List.of(one, two, three)) {
            Eventually.until("formed", () -> view(node).agreement().isPresent());
        }
        Eventually.until("all alive", () -> describe(two).getPartitionsWhole() == 256);
        GetClusterResponse cluster = describe(two);
        assertThat(cluster.getPhase()).isEqualTo(Phase.FORMED);
        assertThat(cluster.getAnsweredBy()).isEqualTo("n2");
        assertThat(cluster.getMembersList())
                .extracting(member -> member.getNode() + member.getNumber())
                .containsExactly("n11", "n22", "n33");
        assertThat(cluster.getMembers(0).getPartitions()).isEqualTo(256);
        assertThat(stub(three, 3)
                        .getLayout(GetLayoutRequest.getDefaultInstance())
                        .getPartitionsCount())
                .isEqualTo(256);
    }

    private static GetClusterResponse describe(InProcessNode node) {
        return stub(node, 2).getCluster(GetClusterRequest.getDefaultInstance());
    }

    private static ClusterView view(InProcessNode node) throws Exception {
        return node.cluster().view().toCompletableFuture().get(5, TimeUnit.SECONDS);
    }

    @Test
    void aRemoteLayerSeesTheSameClusterRecordsBootsAndComesBackAfterTheConnectionBroke() throws Exception {
        InProcessNode node = node(1, 1);
        RemoteCluster remote = remote(node, 1);
        AtomicReference<ClusterView> newest = new AtomicReference<>();
        opened.add(remote.watch(newest::set));
        Eventually.until(
                "formed", () -> newest.get() != null && newest.get().agreement().isPresent());
        assertThat(newest.get().agreement()).isEqualTo(view(node).agreement());
        assertThat(newest.get().self()).isEqualTo(new NodeId("n1"));
        assertThat(newest.get().expect()).isEqualTo(1);
        assertThat(boot(remote, new BootRequest(7, "ab", 4))).isEqualTo(new AgreedBoot(5, 0));
        Eventually.until("boot 5 is seen", () -> bootIn(newest.get()) == 5);
        node.restartServer();
        assertThat(boot(node.cluster(), new BootRequest(8, "ab", 0))).isEqualTo(new AgreedBoot(6, 7));
        assertThat(boot(node.cluster(), new BootRequest(8, "ab", 0)))
                .as("the same process asks again")
                .isEqualTo(new AgreedBoot(6, 7));
        Eventually.until("boot 6 is seen", () -> bootIn(newest.get()) == 6);
        assertThat(remote.view().toCompletableFuture().get(5, TimeUnit.SECONDS)).isEqualTo(newest.get());
        assertThatThrownBy(() -> boot(remote, new BootRequest(0, "", 0)))
                .hasCauseInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a life other than 0");
        assertThatThrownBy(() -> remote.remove(new NodeId("n9"), false)
                        .toCompletableFuture()
                        .get(5, TimeUnit.SECONDS))
                .hasMessageContaining("n9 is no member of the cluster");
    }

    private static AgreedBoot boot(Cluster cluster, BootRequest request) throws Exception {
        return cluster.boot(request).toCompletableFuture().get(5, TimeUnit.SECONDS);
    }

    private static int bootIn(ClusterView view) {
        return view.agreement().orElseThrow().state().members().getFirst().boot();
    }

    @Test
    void aWatcherSeesTheClusterAtOnceAndAfterChanges() throws Exception {
        InProcessNode node = node(1, 1);
        Eventually.until("formed", () -> view(node).agreement().isPresent());
        Iterator<WatchResponse> watching = stub(node, 1).watch(WatchRequest.getDefaultInstance());
        assertThat(watching.next().getCluster().getPhase()).isEqualTo(Phase.FORMED);
        assertThat(boot(node.cluster(), new BootRequest(3, "ab", 0)).number()).isEqualTo(1);
        assertThat(watching.next().getCluster().getMembersCount()).isEqualTo(1);
    }

    @Test
    void aNodeThatLeavesIsSeenToHaveLeft() throws Exception {
        InProcessNode one = node(1, 2);
        InProcessNode two = node(2, 2);
        Eventually.until("formed", () -> view(one).agreement().isPresent());
        two.close();
        Eventually.until(
                "left",
                () -> view(one)
                        .member(new NodeId("n2"))
                        .map(member -> member.health() == Health.LEFT)
                        .orElse(false));
    }

    @Test
    void aSecondNodeOfATakenNameIsToldSoOverTheWire() throws Exception {
        InProcessNode one = node(1, 2);
        InProcessNode two = node(2, 2);
        Eventually.until(
                "formed, and both know it",
                () -> view(one).agreement().isPresent() && view(two).agreement().isPresent());
        InProcessNode twin = new InProcessNode("n2", SEEDS.get(2), SEEDS, 2, ClusterStore.inMemory());
        opened.add(twin);
        assertThat(twin.fatal().get(10, TimeUnit.SECONDS)).contains("the name n2 is taken");
        assertThat(two.fatal()).isNotDone();
    }
}
