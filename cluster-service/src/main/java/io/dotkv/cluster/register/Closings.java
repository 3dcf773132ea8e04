package io.dotkv.cluster.register;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which former boots are closed, and which are being closed.
 *
 * @param floors of each node number of which boots are closed the first boot that is not
 * @param pending the closings under way, in order of node number, at most one of each
 */
public record Closings(SortedMap<Integer, Integer> floors, List<Closing> pending) {
    /** Nothing was closed yet. */
    public static final Closings NONE = new Closings(new TreeMap<>(), List.of());

    public Closings {
        floors = Collections.unmodifiableSortedMap(new TreeMap<>(floors));
        pending = List.copyOf(pending);
        floors.forEach((number, boot) -> {
            if (number < 1 || boot < 2) {
                throw new IllegalArgumentException("the floor of node " + number + " cannot be " + boot);
            }
        });
        int last = 0;
        for (Closing closing : pending) {
            if (closing.number() <= last || closing.below() <= floors.getOrDefault(closing.number(), 0)) {
                throw new IllegalArgumentException("closings are in order of number, above the floor: " + closing);
            }
            last = closing.number();
        }
    }

    /** The first boot of the node that is not closed; 1 when none is. */
    public int floorOf(int number) {
        return floors.getOrDefault(number, 1);
    }

    /** The closing of the node that is under way. */
    public Optional<Closing> of(int number) {
        return pending.stream().filter(closing -> closing.number() == number).findFirst();
    }

    Closings with(Closing closing) {
        TreeMap<Integer, Closing> changed = byNumber();
        changed.put(closing.number(), closing);
        return new Closings(floors, List.copyOf(changed.values()));
    }

    Closings without(Closing closing) {
        TreeMap<Integer, Closing> changed = byNumber();
        changed.remove(closing.number());
        return new Closings(floors, List.copyOf(changed.values()));
    }

    Closings raised(Closing closing) {
        TreeMap<Integer, Integer> raised = new TreeMap<>(floors);
        raised.put(closing.number(), closing.below());
        return new Closings(raised, without(closing).pending());
    }

    /** Without those that are not committed. */
    Closings committed() {
        return new Closings(floors, pending.stream().filter(Closing::committed).toList());
    }

    private TreeMap<Integer, Closing> byNumber() {
        TreeMap<Integer, Closing> byNumber = new TreeMap<>();
        pending.forEach(closing -> byNumber.put(closing.number(), closing));
        return byNumber;
    }
}
