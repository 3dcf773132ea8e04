package io.dotkv.cluster.register.state;

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
public record RetirementState(SortedMap<Integer, Integer> floors, List<RetirementInProgress> pending) {
    /** Nothing was closed yet. */
    public static final RetirementState NONE = new RetirementState(new TreeMap<>(), List.of());

    public RetirementState {
        floors = Collections.unmodifiableSortedMap(new TreeMap<>(floors));
        pending = List.copyOf(pending);
        floors.forEach((number, boot) -> {
            if (number < 1 || boot < 2) {
                throw new IllegalArgumentException("the floor of node " + number + " cannot be " + boot);
            }
        });
        int last = 0;
        for (RetirementInProgress closing : pending) {
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
    public Optional<RetirementInProgress> of(int number) {
        return pending.stream().filter(closing -> closing.number() == number).findFirst();
    }

    RetirementState with(RetirementInProgress closing) {
        TreeMap<Integer, RetirementInProgress> changed = byNumber();
        changed.put(closing.number(), closing);
        return new RetirementState(floors, List.copyOf(changed.values()));
    }

    RetirementState without(RetirementInProgress closing) {
        TreeMap<Integer, RetirementInProgress> changed = byNumber();
        changed.remove(closing.number());
        return new RetirementState(floors, List.copyOf(changed.values()));
    }

    RetirementState raised(RetirementInProgress closing) {
        TreeMap<Integer, Integer> raised = new TreeMap<>(floors);
        raised.put(closing.number(), closing.below());
        return new RetirementState(raised, without(closing).pending());
    }

    /** Without those that are not committed. */
    RetirementState committed() {
        return new RetirementState(
                floors, pending.stream().filter(RetirementInProgress::committed).toList());
    }

    private TreeMap<Integer, RetirementInProgress> byNumber() {
        TreeMap<Integer, RetirementInProgress> byNumber = new TreeMap<>();
        pending.forEach(closing -> byNumber.put(closing.number(), closing));
        return byNumber;
    }
}
