package io.dotkv.cluster.register.state;

import io.dotkv.kernel.Actor;
import io.dotkv.kernel.DotSet;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The closing of a node's former boots, under way: see {@code docs/decisions/0013-closing-actors.md}. The replicas of
 * its partitions promise to take no dot of these boots beyond the ends; when all have, it is committed, and they close.
 *
 * @param number the number of the node
 * @param below all boots below this one are closed
 * @param attempt random, other for each try
 * @param layout the version of the layout under which the replicas are asked
 * @param committed whether all replicas had promised
 * @param ends of each partition, by number, what all its replicas have of these boots; partitions without any are left
 *     out
 */
public record RetirementInProgress(
        int number, int below, long attempt, long layout, boolean committed, SortedMap<Integer, DotSet> ends) {
    /** Stands for every boot, of a node that has departed. */
    public static final int EVERY_BOOT = Integer.MAX_VALUE;

    /** The most actors over all ends; more former boots than that are not closed at once. */
    public static final int MOST_ACTORS = 20_000;

    public RetirementInProgress {
        ends = Collections.unmodifiableSortedMap(new TreeMap<>(ends));
        Actor first = new Actor(number, below);
        int actors = 0;
        for (Map.Entry<Integer, DotSet> end : ends.entrySet()) {
            DotSet dots = end.getValue();
            if (end.getKey() < 0 || dots.isEmpty() || !dots.before(first).equals(dots)) {
                throw new IllegalArgumentException(
                        "the ends of partition " + end.getKey() + " are not dots of boots before " + first);
            }
            actors += dots.actors().size();
        }
        if (below < 2 || actors > MOST_ACTORS) {
            throw new IllegalArgumentException("a closing below boot " + below + " with " + actors
                    + " actors, of which it may have " + MOST_ACTORS);
        }
    }

    /** The actor of the first boot that stays. */
    public Actor first() {
        return new Actor(number, below);
    }

    /** What all replicas of the partition have of these boots. */
    public DotSet endOf(int partition) {
        return ends.getOrDefault(partition, DotSet.EMPTY);
    }

    RetirementInProgress commit() {
        return new RetirementInProgress(number, below, attempt, layout, true, ends);
    }
}
