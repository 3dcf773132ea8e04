package io.dotkv.kernel;

import io.dotkv.kernel.ports.RandomSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A random history of register mutations over three replicas of one partition, whose deltas are delivered in any order
 * and any number of times. Its replicas apply deltas by the plain definition: cover, join, take the events, strip.
 */
final class History {
    static final List<Key> KEYS = List.of(Key.of("apple"), Key.of("pear"), Key.of("plum"));

    private final RandomSource random;
    final List<Replica> replicas = new ArrayList<>();
    /** Every mutation so far. */
    final List<Delta> deltas = new ArrayList<>();

    History(RandomSource random) {
        this.random = random;
        for (int node = 1; node <= 3; node++) {
            replicas.add(new Replica(node));
        }
    }

    static History draw(RandomSource random, int steps) {
        History history = new History(random);
        for (int step = 0; step < steps; step++) {
            history.step();
        }
        return history;
    }

    private void step() {
        switch (random.nextInt(10)) {
            case 0, 1, 2, 3 -> mutate(anyReplica(), anyKey());
            case 4 -> anyReplica().restart();
            case 5 -> anyReplica().take(anyReplica(), anyKey());
            default -> deliverOne();
        }
    }

    private void mutate(Replica replica, Key key) {
        Bytes payload = random.nextInt(4) == 0 ? null : Bytes.utf8("value " + deltas.size());
        HybridTime time = HybridTime.ofMillis(deltas.size());
        Dot dot = replica.nextDot();
        Delta delta = switch (random.nextInt(3)) {
            case 0 -> MultiValueRegister.replaceSeen(key, dot, time, payload, replica.export(key));
            case 1 -> MultiValueRegister.replaceCovered(key, dot, time, payload, VersionVector.NONE);
            default -> MultiValueRegister.replaceCovered(key, dot, time, payload, contextOfARead(key));
        };
        deltas.add(delta);
        replica.apply(delta);
    }

    /** What a client got with a read of one replica or of two. */
    private VersionVector contextOfARead(Key key) {
        return VersionVector.of(anyReplica().export(key).join(anyReplica().export(key)));
    }

    private void deliverOne() {
        if (!deltas.isEmpty()) {
            anyReplica().apply(deltas.get(random.nextInt(deltas.size())));
        }
    }

    void deliverAll() {
        for (Replica replica : replicas) {
            List<Delta> rest = new ArrayList<>(deltas);
            while (!rest.isEmpty()) {
                replica.apply(rest.remove(random.nextInt(rest.size())));
            }
        }
    }

    Replica anyReplica() {
        return replicas.get(random.nextInt(replicas.size()));
    }

    Key anyKey() {
        return KEYS.get(random.nextInt(KEYS.size()));
    }

    /** The definition of the register: the puts that no other mutation covers. */
    List<Leaf> valuesByHistory(Key key) {
        return deltas.stream()
                .filter(delta -> delta.key().equals(key))
                .flatMap(delta -> delta.leaves().stream())
                .filter(leaf -> deltas.stream()
                        .filter(later -> later.key().equals(key))
                        .filter(later -> !later.events().contains(leaf.dot()))
                        .noneMatch(later -> later.context().contains(leaf.dot())))
                .sorted((left, right) -> left.dot().compareTo(right.dot()))
                .toList();
    }

    /** A replica by the book. */
    static final class Replica {
        private final Map<Key, Row> rows = new TreeMap<>();
        private final int node;
        private int boot = 1;
        private long counter;
        DotSet clock = DotSet.EMPTY;

        Replica(int node) {
            this.node = node;
        }

        Dot nextDot() {
            return new Dot(new Actor(node, boot), ++counter);
        }

        void restart() {
            boot++;
            counter = 0;
        }

        Row stored(Key key) {
            @Nullable Row row = rows.get(key);
            return row == null ? Row.EMPTY : row;
        }

        Row export(Key key) {
            return stored(key).fill(clock);
        }

        void apply(Delta delta) {
            Row row = stored(delta.key());
            Row joined = row.join(delta.leaves(), delta.context(), row.context().union(clock));
            clock = clock.union(DotSet.of(delta.events()));
            rows.put(delta.key(), joined.strip(clock));
        }

        /**
         * Repairs this replica's row by another's: it takes the events of the leaves, whose whole effect is in the row.
         */
        void take(Replica other, Key key) {
            Row row = other.export(key);
            apply(new Delta(
                    key,
                    row.leaves(),
                    row.context(),
                    row.leaves().stream().map(Leaf::dot).toList()));
        }
    }
}
