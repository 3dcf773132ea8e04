package io.dotkv.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.PartitionId;
import io.dotkv.kernel.Row;
import io.dotkv.kernel.ports.RandomSource;
import io.dotkv.kernel.ports.SeededRandom;
import io.dotkv.kernel.testkit.Seeds;
import io.dotkv.replication.route.TokenCodec;
import io.dotkv.replication.world.History;
import io.dotkv.replication.world.World;
import io.dotkv.replication.world.World.Node;
import io.dotkv.storage.Partitioning;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Clients at random levels, with and without contexts, over a network that loses messages, while nodes crash and come
 * back. After every read: it shows every write that was acknowledged by a majority before it began. At the end, when
 * all faults have ended: nobody reads, and all replicas are equal, and what they show is what the surviving writes say.
 */
@Tag("simulation")
class FaultsTest {
    private static final int PARTITIONS = 2;
    private static final int KEYS = 3;

    private static final List<Consistency> LEVELS = List.of(Consistency.values());

    private final List<AssertionError> violations = new ArrayList<>();
    private int answeredReads;
    private int acknowledgedWrites;

    @Test
    void acknowledgedWritesAreNeverLostAndReplicasBecomeEqual() {
        Seeds.run(5000, this::run);
        assertThat(acknowledgedWrites).isGreaterThan(1000);
        assertThat(answeredReads).isGreaterThan(1000);
    }

    @Test
    void aSeedReplaysExactly() {
        Seeds.run(20, random -> {
            long seed = random.nextLong();
            assertThat(traceOf(seed)).isEqualTo(traceOf(seed));
        });
    }

    private String traceOf(long seed) {
        World world = run(new SeededRandom(seed));
        return world.history().acknowledged() + " " + world.history().issuedCount() + " "
                + world.time().monotonicNanos() + world.node(0).storage().row(key(0));
    }

    private World run(RandomSource random) {
        World world = new World(random, 3 + random.nextInt(2), PARTITIONS);
        world.lose(random.nextInt(15));
        List<Optional<ContextToken>> contexts = new ArrayList<>(List.of(Optional.empty()));
        int steps = 15 + random.nextInt(20);
        for (int step = 0; step < steps; step++) {
            switch (random.nextInt(10)) {
                case 0 -> crashOrStart(world, random);
                case 1, 2, 3 -> read(world, random, contexts);
                default -> write(world, random, contexts, step);
            }
            world.time().runFor(random.nextInt(random.nextInt(5) == 0 ? 2000 : 20) * World.MILLIS / 4);
        }
        heal(world);
        check(world);
        if (!violations.isEmpty()) {
            throw violations.getFirst();
        }
        return world;
    }

    private static void crashOrStart(World world, RandomSource random) {
        Node node = world.node(random.nextInt(world.nodes().size()));
        if (node.isUp()) {
            node.crash();
        } else {
            node.start();
        }
    }

    private void write(World world, RandomSource random, List<Optional<ContextToken>> contexts, int step) {
        Node node = world.node(random.nextInt(world.nodes().size()));
        int keyNumber = random.nextInt(KEYS);
        Consistency level = LEVELS.get(random.nextInt(4));
        Optional<Bytes> payload = random.nextInt(4) == 0 ? Optional.empty() : Optional.of(Bytes.utf8("v" + step));
        Optional<ContextToken> context = contexts.get(random.nextInt(contexts.size()));
        Operation.Write write = new Operation.Write(
                key(keyNumber), payload, context, level, "r" + step, world.in(1 + random.nextInt(500)));
        if (!node.isUp()) {
            return;
        }
        var _ = node.replication().write(write).thenAccept(result -> {
            if (result instanceof WriteResult.Applied applied) {
                acknowledgedWrites++;
                contexts.add(Optional.of(applied.context()));
                world.history()
                        .acknowledge(
                                partition(keyNumber),
                                key(keyNumber),
                                applied.dot().orElseThrow(),
                                applied.acknowledgedBy().size() >= 2);
            }
        });
    }

    private void read(World world, RandomSource random, List<Optional<ContextToken>> contexts) {
        Node node = world.node(random.nextInt(world.nodes().size()));
        int keyNumber = random.nextInt(KEYS);
        boolean quorum = random.nextInt(3) > 0;
        if (!node.isUp()) {
            return;
        }
        List<History.Acknowledged> before = world.history().acknowledged();
        CompletionStage<ReadResult> stage = node.replication()
                .read(new Operation.Read(
                        key(keyNumber),
                        quorum ? Consistency.QUORUM : Consistency.ONE,
                        world.in(1 + random.nextInt(500))));
        var _ = stage.thenAccept(result -> {
            if (result instanceof ReadResult.Answered answered) {
                answeredReads++;
                contexts.add(Optional.of(answered.context()));
                Row row = new Row(
                        answered.values().stream()
                                .sorted(Comparator.comparing(Leaf::dot))
                                .toList(),
                        contextOf(world, answered, keyNumber));
                before.stream()
                        .filter(write ->
                                quorum && write.byMajority() && write.key().equals(key(keyNumber)))
                        .forEach(write -> note(() -> world.history().assertShows(row, write)));
            }
        });
    }

    /** A stage would swallow what its callback throws. */
    private void note(Runnable check) {
        try {
            check.run();
        } catch (AssertionError violation) {
            violations.add(violation);
        }
    }

    private static DotSet contextOf(World world, ReadResult.Answered answered, int keyNumber) {
        try {
            return new TokenCodec(
                            world.agreement().clusterId(), world.agreement().clusterKey())
                    .context(answered.context(), partition(keyNumber));
        } catch (TokenCodec.RefusedException e) {
            throw new AssertionError(e);
        }
    }

    private static void heal(World world) {
        world.lose(0);
        world.nodes().stream().filter(node -> !node.isUp()).forEach(Node::start);
        world.time().runFor(15_000 * World.MILLIS);
    }

    private static void check(World world) {
        for (int keyNumber = 0; keyNumber < KEYS; keyNumber++) {
            Key key = key(keyNumber);
            List<Node> replicas = world.nodes().stream()
                    .filter(node -> world.agreement()
                            .layout()
                            .replicasOf(partition(key))
                            .contains(node.id()))
                    .toList();
            Row first = replicas.getFirst().storage().row(key);
            for (Node replica : replicas) {
                assertThat(replica.storage().row(key)).isEqualTo(first);
            }
            world.history().assertIsWhatEventsSay(partition(key), key, first, first.context());
            world.history().acknowledged().stream()
                    .filter(write -> write.key().equals(key))
                    .forEach(write -> world.history().assertShows(first, write));
        }
    }

    private static Key key(int number) {
        return Key.of("key " + number);
    }

    private static PartitionId partition(int keyNumber) {
        return partition(key(keyNumber));
    }

    private static PartitionId partition(Key key) {
        return new Partitioning(PARTITIONS).partitionOf(key);
    }
}
