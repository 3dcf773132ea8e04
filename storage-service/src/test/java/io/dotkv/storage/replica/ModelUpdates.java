package io.dotkv.storage.replica;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Delta;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.Row;
import io.dotkv.kernel.ports.RandomSource;
import io.dotkv.kernel.types.DataType;
import io.dotkv.kernel.types.Place;
import io.dotkv.kernel.types.Step;
import io.dotkv.kernel.types.TypeChange;
import io.dotkv.storage.StampedWrite;
import java.util.List;

/** Updates of a counter and of a set, with what each replaces by its plain definition. */
final class ModelUpdates {
    private static final Place COUNTER = new Place(List.of(), DataType.COUNTER);
    private static final Place SET = new Place(List.of(), DataType.ADD_WINS_SET);
    private static final Bytes COUNTER_PATH = Bytes.wrap(new byte[] {3});
    private static final Bytes SET_PATH = Bytes.wrap(new byte[] {4});

    private final RandomSource random;
    private final GhostHistory history;

    ModelUpdates(RandomSource random, GhostHistory history) {
        this.random = random;
        this.history = history;
    }

    /** The dots of leaves that are not plain values. */
    static DotSet typed(List<Leaf> leaves) {
        return DotSet.of(leaves.stream()
                .filter(leaf -> !leaf.path().isEmpty())
                .map(Leaf::dot)
                .toList());
    }

    /** Updates the key at the host. */
    Delta update(Host host, Key key) {
        Peer peer = host.peer;
        DotSet shown = Row.dotsOf(peer.present(key));
        byte element = (byte) ('x' + random.nextInt(3));
        Bytes name = Bytes.wrap(new byte[] {element});
        Bytes path = Bytes.wrap(new byte[] {4, 1, element});
        List<Dot> replaced;
        Step step;
        switch (random.nextInt(5)) {
            case 0 -> {
                step = new Step(COUNTER, new TypeChange.Increase(1 + random.nextInt(9)));
                replaced = history.putEvents(
                        key,
                        event -> event.path.equals(COUNTER_PATH)
                                && event.dot.actor().equals(peer.actor())
                                && peer.replica.has(event.dot));
            }
            case 1, 2 -> {
                step = new Step(SET, new TypeChange.Add(name));
                replaced = history.putEvents(key, event -> event.path.equals(path) && shown.contains(event.dot));
            }
            case 3 -> {
                step = new Step(SET, new TypeChange.Remove(name));
                replaced = history.putEvents(key, event -> event.path.equals(path) && peer.replica.has(event.dot));
            }
            default -> {
                boolean counter = random.nextInt(2) == 0;
                step = new Step(counter ? COUNTER : SET, new TypeChange.Clear());
                Bytes prefix = counter ? COUNTER_PATH : SET_PATH;
                replaced =
                        history.putEvents(key, event -> event.path.startsWith(prefix) && peer.replica.has(event.dot));
            }
        }
        StampedWrite stamped = peer.update(key, step);
        history.issued(stamped.delta(), replaced);
        host.applied(stamped.delta().events());
        return stamped.delta();
    }
}
