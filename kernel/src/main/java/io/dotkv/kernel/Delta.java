package io.dotkv.kernel;

import java.util.List;

/**
 * A change of one row, as it travels between replicas: what a mutation did, a row that repairs a stale replica, or a
 * row of a pull. Joining it is idempotent and commutes with every other delta, so it may be delivered at any time, in
 * any order and any number of times.
 *
 * @param key whose row it changes
 * @param leaves the leaves it brings, in ascending order of dot
 * @param context what it covers; contains the dots of its leaves and its events
 * @param events the events whose whole effect is in this delta: the receiver's clock takes exactly these and no other
 */
public record Delta(Key key, List<Leaf> leaves, DotSet context, List<Dot> events) {
    public Delta {
        leaves = List.copyOf(leaves);
        events = List.copyOf(events);
        for (int index = 0; index < leaves.size(); index++) {
            Leaf leaf = leaves.get(index);
            if (index > 0 && leaves.get(index - 1).dot().compareTo(leaf.dot()) >= 0) {
                throw new IllegalArgumentException("the leaves of a delta do not ascend by dot");
            }
            if (!context.contains(leaf.dot())) {
                throw new IllegalArgumentException("the context of a delta does not cover its leaf " + leaf.dot());
            }
        }
        for (Dot event : events) {
            if (!context.contains(event)) {
                throw new IllegalArgumentException("the context of a delta does not cover its event " + event);
            }
        }
    }

    /** About how much memory it holds. */
    public long weightBytes() {
        return Leaf.OVERHEAD_BYTES + key.bytes().length() + Leaf.weightBytes(leaves);
    }
}
