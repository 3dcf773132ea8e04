package io.dotkv.launcher.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.proto.replication.v1.Consistency;
import io.dotkv.proto.replication.v1.GetResponse;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills one node after the other under load and looks for every acknowledged put. {@code -Ddotkv.kills=100} for long runs. */
final class KilledNodesTest {
    private static final int KILLS = Integer.getInteger("dotkv.kills", 6);
    private static final int CLIENTS = 6;
    private static final int KEYS = 40;

    @TempDir
    private Path folder;

    /** One attempted put: what its client had read before. */
    private record Attempt(String key, String value, Set<String> seen, boolean acknowledged) {}

    @Test
    void everyAcknowledgedPutIsThereOrWasReplacedByOneThatSawIt() throws Exception {
        long seed = Long.getLong("dotkv.seed", System.nanoTime());
        List<Attempt> attempts = new ArrayList<>();
        try (RunningCluster cluster = new RunningCluster(folder);
                ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
            AtomicBoolean enough = new AtomicBoolean();
            List<Future<List<Attempt>>> work = new ArrayList<>();
            for (int client = 0; client < CLIENTS; client++) {
                int number = client;
                work.add(clients.submit(() -> write(cluster, number, new Random(seed + number), enough)));
            }
            killAndRestart(cluster, new Random(seed));
            enough.set(true);
            for (Future<List<Attempt>> each : work) {
                attempts.addAll(each.get());
            }
            check(cluster, attempts, seed);
        }
    }

    private static void killAndRestart(RunningCluster cluster, Random random) {
        for (int kill = 0; kill < KILLS; kill++) {
            Until.pause(Duration.ofMillis(random.nextInt(1500)));
            RunningNode victim = cluster.node(1 + random.nextInt(3));
            victim.kill();
            Until.pause(Duration.ofMillis(random.nextInt(1500)));
            victim.start().awaitServing();
        }
    }

    private static List<Attempt> write(RunningCluster cluster, int client, Random random, AtomicBoolean enough) {
        List<Attempt> attempts = new ArrayList<>();
        for (int round = 0; !enough.get(); round++) {
            String key = "key-" + random.nextInt(KEYS);
            String value = client + "/" + round;
            RunningNode node = cluster.node(1 + random.nextInt(3));
            GetResponse read;
            try {
                read = Calls.get(node, key, Consistency.QUORUM);
            } catch (StatusRuntimeException e) {
                continue;
            }
            Set<String> seen = Set.copyOf(Calls.values(read));
            try {
                Calls.put(node, key, value, read.getContext(), Consistency.QUORUM);
                attempts.add(new Attempt(key, value, seen, true));
            } catch (StatusRuntimeException e) {
                attempts.add(new Attempt(key, value, seen, false));
            }
        }
        return attempts;
    }

    private static void check(RunningCluster cluster, List<Attempt> attempts, long seed) {
        Map<String, Set<String>> accounted = new HashMap<>();
        for (int key = 0; key < KEYS; key++) {
            accounted.put("key-" + key, new HashSet<>(finalValues(cluster.node(1), "key-" + key)));
        }
        boolean grows = true;
        while (grows) {
            grows = false;
            for (Attempt attempt : attempts) {
                Set<String> known = accounted.getOrDefault(attempt.key(), Set.of());
                if (known.contains(attempt.value())) {
                    grows |= known.addAll(attempt.seen());
                }
            }
        }
        long acknowledged = attempts.stream().filter(Attempt::acknowledged).count();
        assertThat(acknowledged).as("acknowledged puts").isPositive();
        assertThat(attempts.stream().filter(Attempt::acknowledged))
                .as("of %d puts, %d acknowledged, with seed %d", attempts.size(), acknowledged, seed)
                .allMatch(attempt ->
                        accounted.getOrDefault(attempt.key(), Set.of()).contains(attempt.value()));
    }

    private static List<String> finalValues(RunningNode node, String key) {
        Until.isTrue(Duration.ofSeconds(30), "all replicas of " + key + " answer", () -> {
            try {
                Calls.get(node, key, Consistency.ALL);
                return true;
            } catch (StatusRuntimeException e) {
                return false;
            }
        });
        return Calls.values(Calls.get(node, key, Consistency.ALL));
    }
}
