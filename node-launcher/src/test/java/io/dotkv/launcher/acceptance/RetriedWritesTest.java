package io.dotkv.launcher.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.proto.replication.v1.Consistency;
import io.dotkv.proto.replication.v1.Content;
import io.dotkv.proto.replication.v1.CounterChange;
import io.dotkv.proto.replication.v1.PutRequest;
import io.dotkv.proto.replication.v1.ReadRequest;
import io.dotkv.proto.replication.v1.ReplicationServiceGrpc.ReplicationServiceBlockingStub;
import io.dotkv.proto.replication.v1.SetChange;
import io.dotkv.proto.replication.v1.UpdateRequest;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tries writes again under their request ids while nodes are killed, restarted and paused, and counts them in the end.
 * {@code -Ddotkv.retries=10000} for so many writes.
 */
@Tag("acceptance")
final class RetriedWritesTest {
    private static final int WRITES = Integer.getInteger("dotkv.retries", 120);
    private static final int CLIENTS = 8 + WRITES / 200;
    private static final int COUNTERS = 8;
    private static final String SET = "elements";

    @TempDir
    private Path folder;

    private final AtomicInteger tries = new AtomicInteger();

    @Test
    void aRetryThroughANodeThatWasKilledAndCameBackCountsOnce() {
        try (RunningCluster cluster = new RunningCluster(folder)) {
            UpdateRequest add = UpdateRequest.newBuilder()
                    .setKey("count")
                    .setCounter(CounterChange.newBuilder().setAdd(5))
                    .setConsistency(Consistency.ALL)
                    .setRequestId("request-1")
                    .build();
            RunningNode node = cluster.node(1);
            node.replication().update(add);
            node.kill();
            node.start().awaitServing();
            Until.isTrue(Duration.ofSeconds(30), "the retry is acknowledged at ALL", () -> {
                try {
                    node.replication().update(add);
                    return true;
                } catch (StatusRuntimeException e) {
                    return false;
                }
            });
            assertThat(read(node, "count").getCounter().getValue()).isEqualTo(5);
        }
    }

    @Test
    void everyWriteCountsOnceHoweverOftenItWasTriedAndWhateverHappenedMeanwhile() throws Exception {
        long seed = Long.getLong("dotkv.seed", System.nanoTime());
        try (RunningCluster cluster = new RunningCluster(folder);
                ExecutorService workers = Executors.newFixedThreadPool(CLIENTS + 1)) {
            AtomicBoolean enough = new AtomicBoolean();
            Future<?> nemesis = workers.submit(() -> disturb(cluster, new Random(seed), enough));
            List<Future<?>> clients = new ArrayList<>();
            for (int client = 0; client < CLIENTS; client++) {
                int number = client;
                clients.add(workers.submit(() -> write(cluster, number, new Random(seed + number))));
            }
            for (Future<?> client : clients) {
                client.get();
            }
            enough.set(true);
            nemesis.get();
            System.out.printf("%d writes in %d tries, with seed %d%n", WRITES, tries.get(), seed);
            for (RunningNode node : cluster.nodes()) {
                check(node, "with seed " + seed);
            }
        }
    }

    private void disturb(RunningCluster cluster, Random random, AtomicBoolean enough) {
        while (!enough.get()) {
            Until.pause(Duration.ofMillis(200 + random.nextInt(1_000)));
            RunningNode victim = cluster.node(1 + random.nextInt(3));
            if (random.nextInt(3) == 0) {
                victim.kill();
                Until.pause(Duration.ofMillis(random.nextInt(1_000)));
                victim.start().awaitServing();
            } else {
                victim.pause();
                Until.pause(Duration.ofMillis(500 + random.nextInt(3_000)));
                victim.resume();
            }
        }
    }

    /** One in three is an addition, one an element, and one a value that replaces what its client wrote before. */
    private void write(RunningCluster cluster, int client, Random random) {
        String context = "";
        for (int number = client; number < WRITES; number += CLIENTS) {
            String id = "write-" + number;
            int at = number;
            switch (number % 3) {
                case 0 ->
                    again(
                            cluster,
                            random,
                            stub -> stub.update(update("count-" + at % COUNTERS, id)
                                    .setCounter(CounterChange.newBuilder().setAdd(1))
                                    .build()));
                case 1 ->
                    again(
                            cluster,
                            random,
                            stub -> stub.update(update(SET, id)
                                    .setSet(SetChange.newBuilder().addAdd(id))
                                    .build()));
                default -> {
                    String seen = context;
                    context = again(
                                    cluster,
                                    random,
                                    stub -> stub.put(PutRequest.newBuilder()
                                            .setKey("value-" + client)
                                            .setValue(id)
                                            .setContext(seen)
                                            .setRequestId(id)
                                            .build()))
                            .getContext();
                }
            }
        }
    }

    private static UpdateRequest.Builder update(String key, String id) {
        return UpdateRequest.newBuilder().setKey(key).setRequestId(id);
    }

    /** Tries through any node until it is acknowledged. */
    private <T> T again(RunningCluster cluster, Random random, Function<ReplicationServiceBlockingStub, T> call) {
        while (true) {
            RunningNode node = cluster.node(1 + random.nextInt(3));
            tries.incrementAndGet();
            try {
                return call.apply(node.replication().withDeadlineAfter(500, TimeUnit.MILLISECONDS));
            } catch (StatusRuntimeException e) {
                Until.pause(Duration.ofMillis(random.nextInt(100)));
            }
        }
    }

    private void check(RunningNode node, String seed) {
        StringBuilder wrong = new StringBuilder();
        Until.isTrue(Duration.ofMinutes(2), node.name() + " counts each write once, " + seed, () -> {
            wrong.setLength(0);
            try {
                look(node, wrong);
            } catch (StatusRuntimeException e) {
                wrong.append(e);
            }
            return wrong.isEmpty();
        });
    }

    private void look(RunningNode node, StringBuilder wrong) {
        for (int counter = 0; counter < COUNTERS; counter++) {
            int of = counter;
            long expected = numbers(0, number -> number % COUNTERS == of).size();
            Content content = read(node, "count-" + counter);
            if (content.getCounter().getValue() != expected) {
                wrong.append(" count-" + counter + " is " + content.getCounter().getValue() + ", not " + expected);
            }
        }
        long elements = numbers(1, number -> true).size();
        long shown = read(node, SET).getSet().getElementsCount();
        if (shown != elements) {
            wrong.append(" " + shown + " elements, not " + elements);
        }
        for (int client = 0; client < CLIENTS; client++) {
            int of = client;
            List<Integer> values = numbers(2, number -> number % CLIENTS == of);
            Set<String> last = new TreeSet<>(Calls.values(Calls.get(node, "value-" + client, Consistency.ALL)));
            if (!values.isEmpty() && !last.equals(Set.of("write-" + values.getLast()))) {
                wrong.append(" value-" + client + " is " + last + ", not write-" + values.getLast());
            }
        }
    }

    private static List<Integer> numbers(int kind, IntPredicate wanted) {
        List<Integer> numbers = new ArrayList<>();
        for (int number = kind; number < WRITES; number += 3) {
            if (wanted.test(number)) {
                numbers.add(number);
            }
        }
        return numbers;
    }

    private static Content read(RunningNode node, String key) {
        return node.replication()
                .read(ReadRequest.newBuilder()
                        .setKey(key)
                        .setConsistency(Consistency.ALL)
                        .build())
                .getContent();
    }
}
