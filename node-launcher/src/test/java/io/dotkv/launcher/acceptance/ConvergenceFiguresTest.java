package io.dotkv.launcher.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.MoreExecutors;
import io.dotkv.proto.replication.v1.DeleteRequest;
import io.dotkv.proto.replication.v1.ReplicationServiceGrpc;
import io.dotkv.proto.storage.v1.DescribeRequest;
import io.grpc.StatusRuntimeException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * The figures of {@code docs/convergence.md} that need real processes and files. The build looks at what is left of a
 * few deleted keys; the others take minutes, and run with {@code -Ddotkv.convergence.keys=1000000},
 * {@code -Ddotkv.convergence.deletes=100000}, {@code -Ddotkv.convergence.restarts=100}.
 */
@Tag("acceptance")
final class ConvergenceFiguresTest {
    private static final int KEYS = Integer.getInteger("dotkv.convergence.keys", 5_000);
    private static final int DELETES = Integer.getInteger("dotkv.convergence.deletes", 2_000);
    private static final int RESTARTS = Integer.getInteger("dotkv.convergence.restarts", 5);
    private static final int VALUE = 100;
    private static final Duration LIMIT = Duration.ofMinutes(10);

    @TempDir
    private Path folder;

    @Test
    @EnabledIfSystemProperty(named = "dotkv.convergence.keys", matches = "[0-9]+")
    void aNodeThatWasAwayGetsWhatItMissedAndLittleMore() throws IOException {
        try (RunningCluster cluster = new RunningCluster(folder)) {
            RunningNode away = cluster.node(3);
            away.kill();
            load(cluster, KEYS);
            delete(cluster.node(1), KEYS / 5);
            long missed = 0;
            for (int number = 0; number < KEYS; number++) {
                missed += key(number).length() + (number < KEYS / 5 ? 0 : VALUE);
            }
            long before = loopbackBytes();
            long start = System.nanoTime();
            away.start().awaitServing();
            double serving = (System.nanoTime() - start) / 1e9;
            converge(cluster.node(1));
            double seconds = (System.nanoTime() - start) / 1e9;
            long sent = loopbackBytes() - before;
            System.out.printf(
                    "away while %,d keys of %d bytes were written and %,d of them deleted: serves after %.1f s, has everything"
                            + " after %.1f s; %,d bytes over loopback, %.2f times the %,d bytes of keys and values%n",
                    KEYS, VALUE, KEYS / 5, serving, seconds, sent, (double) sent / missed, missed);
            Until.isTrue(Duration.ofMinutes(3), "no row of the node has a residual context", () -> isStripped(away));
            cluster.nodes().forEach(RunningNode::stop);
            DiskContent first = DiskContent.of(folder, cluster.node(1));
            DiskContent last = DiskContent.of(folder, away);
            assertThat(first.entries(DiskContent.ROW)).as("%s", first).isEqualTo(KEYS - KEYS / 5);
            assertThat(last.entries(DiskContent.ROW)).isEqualTo(first.entries(DiskContent.ROW));
            assertThat(last.bytes(DiskContent.ROW)).isEqualTo(first.bytes(DiskContent.ROW));
            System.out.printf(
                    "that is %.2f times the %,d bytes that the rows have on its disk%n",
                    (double) sent / last.bytes(DiskContent.ROW), last.bytes(DiskContent.ROW));
        }
    }

    private boolean isStripped(RunningNode node) {
        Until.pause(Duration.ofSeconds(2));
        node.stop();
        DiskContent content = DiskContent.of(folder, node);
        node.start().awaitServing();
        return content.entries(DiskContent.RESIDUAL) == 0;
    }

    @Test
    void nothingIsLeftOfDeletedKeys() throws IOException {
        try (RunningCluster cluster = new RunningCluster(folder)) {
            load(cluster, 1);
            delete(cluster.node(1), 1);
            restWithoutLogs(cluster);
            List<DiskContent> before = stopAndLook(cluster);
            load(cluster, DELETES);
            delete(cluster.node(2), DELETES);
            double seconds = restWithoutLogs(cluster);
            List<DiskContent> after = stopAndLook(cluster);
            for (int index = 0; index < 3; index++) {
                System.out.printf(
                        "n%d, %.0f s after the last of %,d deletes: %s; before the keys were written %s%n",
                        index + 1, seconds, DELETES, after.get(index), before.get(index));
                assertThat(after.get(index).entries(DiskContent.ROW)).isZero();
                assertThat(after.get(index).entries(DiskContent.LOG)).isZero();
                assertThat(after.get(index).entries(DiskContent.RESIDUAL)).isZero();
            }
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "dotkv.convergence.restarts", matches = "[0-9]+")
    void metadataDoesNotGrowWithRestarts() throws IOException {
        int keys = 1_000;
        try (RunningCluster cluster = new RunningCluster(folder)) {
            load(cluster, keys);
            double first = metadataPerKey(cluster, keys);
            Random random = new Random(7);
            AtomicBoolean enough = new AtomicBoolean();
            AtomicInteger written = new AtomicInteger();
            Thread load = Thread.ofPlatform().start(() -> writeUntil(cluster, keys, enough, written));
            for (int restart = 0; restart < RESTARTS; restart++) {
                Until.pause(Duration.ofMillis(random.nextInt(500)));
                RunningNode node = cluster.node(1 + random.nextInt(3));
                node.kill();
                node.start().awaitServing();
            }
            enough.set(true);
            join(load);
            double last = metadataPerKey(cluster, keys);
            System.out.printf(
                    "metadata of %,d keys: %.1f bytes each; after %d restarts with kill -9 of random nodes under %,d puts %.1f%n",
                    keys, first, RESTARTS, written.get(), last);
            // Counters take a byte more when they have grown; boots have numbers of one or two bytes.
            assertThat(last).isLessThan(first + 8);
        }
    }

    /** Stored bytes beside keys and values, for each key: in rows, clocks, logs, and all else. */
    private double metadataPerKey(RunningCluster cluster, int keys) throws IOException {
        restWithoutLogs(cluster);
        // One value each: puts through several nodes may have left siblings.
        load(cluster, keys);
        restWithoutLogs(cluster);
        long payload = 0;
        for (int number = 0; number < keys; number++) {
            payload += key(number).length() + VALUE;
        }
        double most = 0;
        for (DiskContent content : stopAndLook(cluster)) {
            assertThat(content.entries(DiskContent.ROW)).isEqualTo(keys);
            System.out.printf(
                    "%s; %.1f bytes of metadata for each row%n",
                    content, (double) (content.bytes(DiskContent.ROW) - payload) / keys);
            most = Math.max(most, (double) (content.bytes() - payload) / keys);
        }
        return most;
    }

    /** Puts into random keys, through nodes that come and go; values have always the same size. */
    private static void writeUntil(RunningCluster cluster, int keys, AtomicBoolean enough, AtomicInteger written) {
        Random random = new Random(8);
        while (!enough.get()) {
            try {
                Calls.put(cluster.node(1 + random.nextInt(3)), key(random.nextInt(keys)), value(random.nextInt(keys)));
                written.incrementAndGet();
            } catch (StatusRuntimeException e) {
                // The node is down, or has just come.
            }
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static String key(int number) {
        return "key-%08d".formatted(number);
    }

    private static String value(int number) {
        return "%0100d".formatted(number);
    }

    private void load(RunningCluster cluster, int keys) throws IOException {
        Path file = folder.resolve("keys.tsv");
        try (BufferedWriter writer = Files.newBufferedWriter(file)) {
            for (int number = 0; number < keys; number++) {
                writer.write(key(number) + "\t" + value(number) + "\n");
            }
        }
        Path said = folder.resolve("load.out");
        String endpoints = cluster.node(1).endpoint() + "," + cluster.node(2).endpoint();
        assertThat(Program.run(said, said, "load", "--endpoint", endpoints, file.toString()))
                .as(() -> Program.tail(said))
                .isZero();
    }

    /** Deletes the first keys, many at a time. */
    private static void delete(RunningNode node, int keys) {
        Semaphore inFlight = new Semaphore(64);
        AtomicInteger failed = new AtomicInteger();
        var stub = ReplicationServiceGrpc.newFutureStub(node.channel());
        for (int number = 0; number < keys; number++) {
            inFlight.acquireUninterruptibly();
            DeleteRequest request =
                    DeleteRequest.newBuilder().setKey(key(number)).build();
            ListenableFuture<?> answer =
                    stub.withDeadlineAfter(30, TimeUnit.SECONDS).delete(request);
            answer.addListener(
                    () -> {
                        if (!succeeded(answer)) {
                            failed.incrementAndGet();
                        }
                        inFlight.release();
                    },
                    MoreExecutors.directExecutor());
        }
        inFlight.acquireUninterruptibly(64);
        assertThat(failed).hasValue(0);
    }

    private static boolean succeeded(ListenableFuture<?> answer) {
        try {
            answer.get();
            return true;
        } catch (InterruptedException | ExecutionException e) {
            return false;
        }
    }

    private void converge(RunningNode node) {
        Path said = folder.resolve("converge.out");
        String limit = LIMIT.toSeconds() + "s";
        assertThat(Program.run(
                        said, said, "cluster", "converge", "--wait", "--timeout", limit, "--endpoint", node.endpoint()))
                .as(() -> Program.tail(said))
                .isZero();
    }

    /** Waits until every replica has everything and has pruned its log; the seconds that took. */
    private double restWithoutLogs(RunningCluster cluster) {
        long start = System.nanoTime();
        converge(cluster.node(1));
        for (RunningNode node : cluster.nodes()) {
            Until.isTrue(
                    Duration.ofMinutes(2),
                    "no log record is left at " + node.name(),
                    () -> node.storage()
                                    .describe(DescribeRequest.getDefaultInstance())
                                    .getLogRecordsEstimate()
                            == 0);
        }
        return (System.nanoTime() - start) / 1e9;
    }

    /** What is on the disks; the nodes run again afterwards. */
    private List<DiskContent> stopAndLook(RunningCluster cluster) {
        cluster.nodes().forEach(RunningNode::stop);
        List<DiskContent> contents = new ArrayList<>();
        cluster.nodes().forEach(node -> contents.add(DiskContent.of(folder, node)));
        cluster.nodes().forEach(RunningNode::start);
        cluster.nodes().forEach(RunningNode::awaitServing);
        return contents;
    }

    /** All that has gone over the loopback interface; 0 where that is not told. */
    private static long loopbackBytes() throws IOException {
        Path devices = Path.of("/proc/net/dev");
        if (!Files.isReadable(devices)) {
            return 0;
        }
        for (String line : Files.readAllLines(devices)) {
            if (line.strip().startsWith("lo:")) {
                return Long.parseLong(line.strip().substring(3).strip().split("\\s+", 2)[0]);
            }
        }
        return 0;
    }
}
