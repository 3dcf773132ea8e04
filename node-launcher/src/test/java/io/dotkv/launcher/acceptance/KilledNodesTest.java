package io.dotkv.launcher.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.proto.replication.v1.Consistency;
import io.dotkv.proto.replication.v1.GetResponse;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills nodes under load, up to all three at once, and looks for every acknowledged put. {@code -Ddotkv.kills=1000} for
 * long runs, and {@code -Ddotkv.kills.pause=400} for shorter pauses, in milliseconds at the most.
 */
@Tag("acceptance")
final class KilledNodesTest {
    private static final int KILLS = Integer.getInteger("dotkv.kills", 6);
    private static final int PAUSE_MILLIS = Integer.getInteger("dotkv.kills.pause", 1_500);
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
        int kills = 0;
        while (kills < KILLS) {
            Until.pause(Duration.ofMillis(random.nextInt(PAUSE_MILLIS)));
            List<RunningNode> victims = new ArrayList<>(List.of(cluster.node(1), cluster.node(2), cluster.node(3)));
            Collections.shuffle(victims, random);
            victims.subList(1 + random.nextInt(3), 3).clear();
            victims.forEach(RunningNode::kill);
            Until.pause(Duration.ofMillis(random.nextInt(PAUSE_MILLIS)));
            victims.forEach(RunningNode::start);
            victims.forEach(RunningNode::awaitServing);
            kills += victims.size();
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
        Map<String, Map<String, Set<String>>> seenBy = new HashMap<>();
        for (Attempt attempt : attempts) {
            seenBy.computeIfAbsent(attempt.key(), key -> new HashMap<>()).put(attempt.value(), attempt.seen());
        }
        Map<String, Set<String>> accounted = new HashMap<>();
        for (int key = 0; key < KEYS; key++) {
            String name = "key-" + key;
            accounted.put(name, accountedFor(finalValues(cluster.node(1), name), seenBy.getOrDefault(name, Map.of())));
        }
        long acknowledged = attempts.stream().filter(Attempt::acknowledged).count();
        assertThat(acknowledged).as("acknowledged puts").isPositive();
        assertThat(attempts.stream().filter(Attempt::acknowledged))
                .as("of %d puts, %d acknowledged, with seed %d", attempts.size(), acknowledged, seed)
                .allMatch(attempt ->
                        accounted.getOrDefault(attempt.key(), Set.of()).contains(attempt.value()));
    }

    /** These values, those that their writers had seen, and so on. */
    private static Set<String> accountedFor(List<String> values, Map<String, Set<String>> seenBy) {
        Set<String> accounted = new HashSet<>(values);
        Deque<String> open = new ArrayDeque<>(accounted);
        while (!open.isEmpty()) {
            for (String seen : seenBy.getOrDefault(open.remove(), Set.of())) {
                if (accounted.add(seen)) {
                    open.add(seen);
                }
            }
        }
        return accounted;
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
