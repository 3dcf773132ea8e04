package io.dotkv.launcher.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.proto.replication.v1.Consistency;
import io.dotkv.proto.replication.v1.GetResponse;
import io.dotkv.proto.replication.v1.PutResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("acceptance")
final class SiblingsTest {
    private static final int CLIENTS = 10;
    private static final int ROUNDS = Integer.getInteger("dotkv.rounds", 1000);

    @TempDir
    private static Path folder;

    private static RunningCluster cluster;

    @BeforeAll
    static void startThree() {
        cluster = new RunningCluster(folder);
    }

    @AfterAll
    static void stopAll() {
        cluster.close();
    }

    @Test
    void twoPutsWithTheSameContextThroughDifferentNodesLeaveExactlyTwoSiblings() {
        PutResponse first = Calls.put(cluster.node(1), "cart", "3 apples");
        Calls.put(cluster.node(1), "cart", "4 apples", first.getContext(), Consistency.ALL);
        Calls.put(cluster.node(2), "cart", "5 pears", first.getContext(), Consistency.ALL);
        for (RunningNode node : cluster.nodes()) {
            assertThat(Calls.values(Calls.get(node, "cart", Consistency.ALL)))
                    .as("on %s", node.name())
                    .containsExactlyInAnyOrder("4 apples", "5 pears");
        }
        String context = Calls.get(cluster.node(3), "cart", Consistency.QUORUM).getContext();
        Calls.put(cluster.node(3), "cart", "9 fruits", context, Consistency.ALL);
        for (RunningNode node : cluster.nodes()) {
            assertThat(Calls.values(Calls.get(node, "cart", Consistency.ALL)))
                    .as("on %s", node.name())
                    .containsExactly("9 fruits");
        }
    }

    @Test
    void interleavedReadModifyWriteNeverLeavesMoreSiblingsThanClients() throws Exception {
        try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
            List<Future<Integer>> most = new ArrayList<>();
            for (int client = 0; client < CLIENTS; client++) {
                int number = client;
                most.add(clients.submit(() -> readModifyWrite(number)));
            }
            for (Future<Integer> each : most) {
                assertThat(mostSiblings(each)).isLessThanOrEqualTo(CLIENTS);
            }
        }
    }

    private static int mostSiblings(Future<Integer> client) throws InterruptedException {
        try {
            return client.get();
        } catch (ExecutionException e) {
            throw new AssertionError("a client failed", e);
        }
    }

    private static int readModifyWrite(int client) {
        RunningNode node = cluster.node(1 + client % 3);
        int most = 0;
        for (int round = 0; round < ROUNDS / CLIENTS; round++) {
            GetResponse read = Calls.get(node, "counter", Consistency.QUORUM);
            most = Math.max(most, read.getValuesCount());
            Calls.put(node, "counter", client + ":" + round, read.getContext(), Consistency.QUORUM);
        }
        return most;
    }
}
