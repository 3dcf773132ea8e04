package io.dotkv.launcher.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.dotkv.proto.replication.v1.DeleteRequest;
import io.dotkv.proto.replication.v1.GetRequest;
import io.dotkv.proto.replication.v1.PutRequest;
import io.dotkv.proto.replication.v1.ScanRequest;
import io.dotkv.proto.replication.v1.ScanResponse;
import io.dotkv.proto.storage.v1.DescribeRequest;
import io.dotkv.proto.storage.v1.Memory;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * The worst mix for memory, within the least memory of a node: large values put many at a time, siblings of the largest
 * size, dumps through two nodes, reads of all that, and a node that is killed and comes back. Runs when it is told for
 * how long, on a machine that is not busy: {@code -Ddotkv.memory.seconds=600}.
 */
@Tag("acceptance")
@EnabledOnOs(OS.LINUX)
@EnabledIfSystemProperty(named = "dotkv.memory.seconds", matches = "\\d+")
final class MemoryTest {
    private static final int LIMIT_MIB = 512;
    private static final int MIB = 1 << 20;
    private static final long SECONDS = Long.getLong("dotkv.memory.seconds", 30);
    private static final int PUTTERS = 24;
    private static final int LARGE_KEYS = 300;
    private static final int HEAVY_KEYS = 5;

    /** Of each heavy key before its first value: a put with it replaces nothing. */
    private static final Map<String, String> CONTEXTS = new ConcurrentHashMap<>();

    @TempDir
    private static Path folder;

    private final Map<String, LongAdder> outcomes = new ConcurrentHashMap<>();
    private final long endNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);

    @Test
    void theWorstMixStaysWithinTheLeastMemoryAndEndsNoNode() throws Exception {
        try (RunningCluster cluster = new RunningCluster(folder, "--memory-mib", Integer.toString(LIMIT_MIB))) {
            Memory plan = cluster.node(1)
                    .storage()
                    .describe(DescribeRequest.getDefaultInstance())
                    .getMemory();
            assertThat(plan.getLimitBytes()).isEqualTo((long) LIMIT_MIB * MIB);
            torment(cluster);
            System.out.println("After " + SECONDS + " s: " + new TreeMap<>(outcomes));
            for (RunningNode node : cluster.nodes()) {
                assertThat(node.isAlive())
                        .as("%s; %s", node.name(), node.logTail())
                        .isTrue();
                long most = kib(node, "VmHWM:") / 1024;
                System.out.println(
                        node.name() + ": " + most + " MiB at most, " + kib(node, "VmRSS:") / 1024 + " MiB now");
                assertThat(most).as("MiB of %s at most", node.name()).isLessThanOrEqualTo(LIMIT_MIB);
            }
            assertThat(count("put done")).isPositive();
            assertThat(count("scan done")).isPositive();
            afterwards(cluster);
        }
    }

    private void torment(RunningCluster cluster) throws InterruptedException {
        try (ExecutorService clients = Executors.newCachedThreadPool()) {
            for (int putter = 0; putter < PUTTERS; putter++) {
                RunningNode node = cluster.node(1 + putter % 3);
                clients.execute(() -> again("put", () -> put(node)));
            }
            for (int index = 1; index <= 2; index++) {
                RunningNode node = cluster.node(index);
                clients.execute(() -> again("sibling", () -> sibling(node)));
                clients.execute(() -> again("scan", () -> scan(node)));
                clients.execute(() -> again("get", () -> get(node)));
            }
            TimeUnit.SECONDS.sleep(SECONDS / 3);
            cluster.node(3).kill();
            TimeUnit.SECONDS.sleep(SECONDS / 3);
            cluster.node(3).start();
        }
    }

    /** Everything can be read and deleted, and what was taken is given back. */
    private static void afterwards(RunningCluster cluster) throws InterruptedException {
        cluster.nodes().forEach(RunningNode::awaitServing);
        for (int key = 0; key < HEAVY_KEYS; key++) {
            String heavy = "heavy " + key;
            Until.isTrue(
                    Duration.ofSeconds(60),
                    heavy + " is deleted",
                    () -> isDone(() -> cluster.node(3)
                            .replication()
                            .delete(DeleteRequest.newBuilder().setKey(heavy).build())));
        }
        if (SECONDS >= 600) {
            TimeUnit.SECONDS.sleep(120);
            cluster.nodes()
                    .forEach(node -> System.out.println(
                            node.name() + ": " + kib(node, "VmRSS:") / 1024 + " MiB two minutes later"));
        }
    }

    private static boolean isDone(Runnable call) {
        try {
            call.run();
            return true;
        } catch (StatusRuntimeException e) {
            return false;
        }
    }

    private void again(String what, Runnable call) {
        while (System.nanoTime() - endNanos < 0) {
            try {
                call.run();
                note(what + " done");
            } catch (StatusRuntimeException e) {
                note(what + " " + e.getStatus().getCode());
                if (e.getStatus().getCode() == Status.Code.UNAVAILABLE) {
                    pause();
                }
            }
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(100);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void note(String outcome) {
        outcomes.computeIfAbsent(outcome, any -> new LongAdder()).increment();
    }

    private long count(String outcome) {
        LongAdder counted = outcomes.get(outcome);
        return counted == null ? 0 : counted.sum();
    }

    private static void put(RunningNode node) {
        node.replication()
                .put(PutRequest.newBuilder()
                        .setKey("large " + ThreadLocalRandom.current().nextInt(LARGE_KEYS))
                        .setRawValue(value())
                        .build());
    }

    private static void sibling(RunningNode node) {
        String key = "heavy " + ThreadLocalRandom.current().nextInt(HEAVY_KEYS);
        String context = CONTEXTS.computeIfAbsent(
                key,
                first -> node.replication()
                        .get(GetRequest.newBuilder().setKey(first).build())
                        .getContext());
        node.replication()
                .put(PutRequest.newBuilder()
                        .setKey(key)
                        .setRawValue(value())
                        .setContext(context)
                        .build());
    }

    private static void get(RunningNode node) {
        node.replication()
                .get(GetRequest.newBuilder()
                        .setKey("heavy " + ThreadLocalRandom.current().nextInt(HEAVY_KEYS))
                        .setMaxAnswerBytes(64 * MIB)
                        .build());
    }

    private static void scan(RunningNode node) {
        String token = "";
        do {
            ScanResponse page = node.replication()
                    .scan(ScanRequest.newBuilder()
                            .setPageToken(token)
                            .setMaxAnswerBytes(64 * MIB)
                            .build());
            token = page.getNextPageToken();
        } while (!token.isEmpty());
    }

    private static ByteString value() {
        byte[] bytes = new byte[MIB];
        new Random(ThreadLocalRandom.current().nextLong()).nextBytes(bytes);
        return ByteString.copyFrom(bytes);
    }

    private static long kib(RunningNode node, String field) {
        try {
            List<String> lines = new ArrayList<>(Files.readAllLines(Path.of("/proc/" + node.pid() + "/status")));
            String line = lines.stream().filter(each -> each.startsWith(field)).collect(Collectors.joining());
            return Long.parseLong(line.replaceAll("[^0-9]", ""));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
