package io.dotkv.storage.grpc;

import io.dotkv.kernel.Actor;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Delta;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.HybridTime;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.MultiValueRegister;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.PartitionId;
import io.dotkv.kernel.Retirement;
import io.dotkv.kernel.Retirements;
import io.dotkv.kernel.VersionVector;
import io.dotkv.kernel.ports.RandomSource;
import io.dotkv.kernel.testkit.Samples;
import io.dotkv.kernel.types.DataType;
import io.dotkv.kernel.types.Place;
import io.dotkv.kernel.types.Step;
import io.dotkv.kernel.types.TypeChange;
import io.dotkv.kernel.types.Update;
import io.dotkv.storage.Assignment;
import io.dotkv.storage.Mutation;
import io.dotkv.storage.PartitionClock;
import io.dotkv.storage.PullMessage;
import io.dotkv.storage.Refusal;
import io.dotkv.storage.Requests;
import io.dotkv.storage.RowPage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** Draws and makes requests and answers of the storage layer. */
public final class Messages {
    static final Key KEY = Key.of("cart:42");
    static final Actor ACTOR = new Actor(1, 1);

    private Messages() {}

    public static Requests.Read read(long deadlineNanos) {
        return new Requests.Read(7, KEY, deadlineNanos);
    }

    static Requests.Apply apply(long counter, long deadlineNanos) {
        return new Requests.Apply(7, put(counter), "", deadlineNanos);
    }

    public static Requests.Mutate mutate(String value, String requestId, long deadlineNanos) {
        return new Requests.Mutate(7, KEY, Optional.of(Bytes.utf8(value)), Optional.empty(), requestId, deadlineNanos);
    }

    static Delta put(long counter) {
        return put(counter, "value " + counter);
    }

    static Delta put(long counter, String value) {
        return MultiValueRegister.replaceCovered(
                KEY, new Dot(ACTOR, counter), HybridTime.ofMillis(counter), Bytes.utf8(value), VersionVector.NONE);
    }

    public static Requests.Read read(RandomSource random) {
        return new Requests.Read(placement(random), Samples.key(random), random.nextLong());
    }

    public static Requests.Mutate mutate(RandomSource random) {
        if (random.nextInt(2) == 0) {
            return new Requests.Mutate(
                    placement(random),
                    Samples.key(random),
                    new Mutation.Typed(update(random)),
                    "request " + random.nextInt(1000),
                    random.nextLong());
        }
        return new Requests.Mutate(
                placement(random),
                Samples.key(random),
                random.nextInt(4) == 0 ? Optional.empty() : Optional.of(Samples.bytes(random, 30)),
                random.nextInt(2) == 0 ? Optional.empty() : Optional.of(Samples.dotSet(random)),
                "request " + random.nextInt(1000),
                random.nextLong());
    }

    static Update update(RandomSource random) {
        List<Step> steps = new ArrayList<>();
        int count = 1 + random.nextInt(4);
        while (steps.size() < count) {
            List<Bytes> fields = new ArrayList<>();
            while (random.nextInt(2) == 0 && fields.size() < Place.MAX_DEPTH) {
                fields.add(name(random));
            }
            List<DataType> types = List.of(DataType.values());
            DataType type = types.get(random.nextInt(types.size()));
            TypeChange change = random.nextInt(5) == 0 ? new TypeChange.Clear() : change(type, random);
            steps.add(new Step(new Place(fields, type), change));
        }
        return new Update(steps);
    }

    private static TypeChange change(DataType type, RandomSource random) {
        return switch (type) {
            case REGISTER ->
                random.nextInt(2) == 0
                        ? new TypeChange.Put(Samples.bytes(random, 20))
                        : new TypeChange.PutBeside(Samples.bytes(random, 20));
            case LAST_WRITE -> new TypeChange.Put(Samples.bytes(random, 20));
            case COUNTER -> new TypeChange.Increase(random.nextLong());
            case ADD_WINS_SET, REMOVE_WINS_SET ->
                random.nextInt(2) == 0 ? new TypeChange.Add(name(random)) : new TypeChange.Remove(name(random));
            case ENABLE_WINS_FLAG, DISABLE_WINS_FLAG -> new TypeChange.Switch(random.nextInt(2) == 0);
            case MAP -> new TypeChange.Remove(name(random));
        };
    }

    private static Bytes name(RandomSource random) {
        return Bytes.wrap(Samples.array(random, 1 + random.nextInt(6)));
    }

    static Requests.Apply apply(RandomSource random) {
        return new Requests.Apply(
                placement(random),
                Samples.delta(random),
                random.nextInt(2) == 0 ? "" : "request " + random.nextInt(1000),
                random.nextLong());
    }

    static Requests.Scan scan(RandomSource random) {
        return new Requests.Scan(
                placement(random),
                Samples.bytes(random, 5),
                Samples.bytes(random, 5),
                1 + random.nextInt(10_000),
                Set.copyOf(partitions(random)),
                random.nextLong());
    }

    static Assignment mandate(RandomSource random) {
        return new Assignment(
                String.format("%032x", random.nextLong() >>> 1),
                new NodeId("node-" + random.nextInt(9)),
                1 + random.nextInt(9),
                random.nextInt(9),
                random.nextLong(),
                placement(random),
                256,
                partitions(random),
                random.nextInt(3),
                random.nextInt(3),
                3,
                retirements(random));
    }

    private static Retirements retirements(RandomSource random) {
        List<Retirement> nodes = new ArrayList<>();
        int count = random.nextInt(3);
        for (int node = 1; node <= count; node++) {
            SortedMap<PartitionId, DotSet> ends = new TreeMap<>();
            partitions(random).forEach(partition -> ends.put(partition, Samples.dotSet(random)));
            nodes.add(new Retirement(
                    node,
                    1 + random.nextInt(3),
                    random.nextInt(2) == 0
                            ? Optional.empty()
                            : Optional.of(new Retirement.Attempt(
                                    1 + random.nextInt(9), 2 + random.nextInt(9), random.nextInt(2) == 0, ends))));
        }
        return new Retirements(random.nextInt(100), nodes);
    }

    static Requests.Pull pull(RandomSource random) {
        List<PartitionClock> clocks = new ArrayList<>();
        for (PartitionId partition : partitions(random)) {
            clocks.add(new PartitionClock(
                    partition,
                    Samples.dotSet(random),
                    "replica " + random.nextInt(9),
                    random.nextInt(2) == 0,
                    List.of()));
        }
        return new Requests.Pull(placement(random), 1 + random.nextInt(9), clocks);
    }

    static PullMessage pullMessage(RandomSource random) {
        PartitionId partition = new PartitionId(random.nextInt(256));
        return switch (random.nextInt(3)) {
            case 0 -> rows(random, partition);
            case 1 ->
                new PullMessage.End(
                        partition,
                        random.nextLong(),
                        random.nextInt(9),
                        random.nextInt(2) == 0,
                        Samples.dotSet(random),
                        random.nextInt(2) == 0,
                        1 + random.nextInt(9),
                        "replica " + random.nextInt(9));
            default ->
                new PullMessage.Unavailable(partition, new Refusal(Refusal.Reason.NOT_A_REPLICA, 3, "moved away"));
        };
    }

    private static PullMessage.Rows rows(RandomSource random, PartitionId partition) {
        Map<Key, Delta> deltas = new TreeMap<>();
        int count = random.nextInt(4);
        for (int index = 0; index < count; index++) {
            Delta delta = Samples.delta(random);
            deltas.put(delta.key(), delta);
        }
        Optional<PullMessage.KeyRange> whole = random.nextInt(2) == 0
                ? Optional.empty()
                : Optional.of(new PullMessage.KeyRange(
                        Bytes.EMPTY,
                        random.nextInt(2) == 0
                                ? Optional.empty()
                                : Optional.of(deltas.keySet().stream()
                                        .reduce(KEY, (left, right) -> left.compareTo(right) > 0 ? left : right)
                                        .bytes()),
                        Samples.dotSet(random)));
        return new PullMessage.Rows(partition, random.nextLong(), List.copyOf(deltas.values()), whole);
    }

    /** Rows as a storage sends them: contexts have a base in common, and leaves are events. */
    static PullMessage.Rows rowsWithABase(RandomSource random, PartitionId partition) {
        PullMessage.Rows rows = rows(random, partition);
        DotSet base = Samples.dotSet(random).with(Samples.dot(random));
        List<Delta> deltas = new ArrayList<>();
        for (Delta delta : rows.deltas()) {
            List<Dot> events = new ArrayList<>(delta.events());
            events.removeAll(delta.leaves().stream().map(Leaf::dot).toList());
            delta.leaves().forEach(leaf -> events.add(leaf.dot()));
            deltas.add(new Delta(delta.key(), delta.leaves(), delta.context().union(base), events));
        }
        return new PullMessage.Rows(partition, rows.answer(), deltas, rows.whole(), base);
    }

    static RowPage page(RandomSource random) {
        List<RowPage.KeyedRow> rows = new ArrayList<>();
        Set<Key> keys = new TreeSet<>();
        int count = random.nextInt(4);
        for (int index = 0; index < count; index++) {
            keys.add(Samples.key(random));
        }
        for (Key key : keys) {
            rows.add(new RowPage.KeyedRow(key, Samples.row(random)));
        }
        Map<PartitionId, DotSet> covered = new TreeMap<>();
        for (PartitionId partition : partitions(random)) {
            covered.put(partition, Samples.dotSet(random));
        }
        return new RowPage(rows, random.nextInt(2) == 0, covered);
    }

    private static List<PartitionId> partitions(RandomSource random) {
        Set<PartitionId> partitions = new TreeSet<>();
        int count = random.nextInt(4);
        for (int index = 0; index < count; index++) {
            partitions.add(new PartitionId(random.nextInt(256)));
        }
        return List.copyOf(partitions);
    }

    private static long placement(RandomSource random) {
        return random.nextLong() >>> 1;
    }
}
