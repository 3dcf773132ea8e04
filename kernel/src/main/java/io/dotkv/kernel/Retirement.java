package io.dotkv.kernel;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the cluster has agreed on about the former boots of one node, as far as a storage needs it: see {@code
 * docs/decisions/0013-closing-actors.md}.
 *
 * @param node the number of the node
 * @param floor the first boot of the node that is not closed; 1 when none is
 * @param attempt to close more of them, under way
 */
public record Retirement(int node, int floor, Optional<Attempt> attempt) {
    public Retirement {
        if (node < 1 || floor < 1) {
            throw new IllegalArgumentException("node number " + node + " cannot have the floor " + floor);
        }
    }

    /**
     * A closing of all boots below one.
     *
     * @param id random, other for each attempt, never 0
     * @param committed whether all replicas had promised
     * @param ends of each partition of that node what all its replicas have of these boots
     */
    public record Attempt(long id, int below, boolean committed, SortedMap<PartitionId, DotSet> ends) {
        public Attempt {
            ends = Collections.unmodifiableSortedMap(new TreeMap<>(ends));
            if (below < 2 || id == 0) {
                throw new IllegalArgumentException("attempt " + id + " cannot close the boots below " + below);
            }
        }
    }

    /** The first actor that is not closed. */
    public Actor first() {
        return new Actor(node, floor);
    }
}
