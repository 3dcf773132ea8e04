package io.dotkv.cluster.layout;

/**
 * A member as the layout sees it.
 *
 * @param number its node number, from 1
 * @param zone what fails together with it, such as a rack or a data centre; members of one zone have equal text
 * @param capacity its share of the data in proportion to those of the others, from 1; 0 for a member that holds nothing
 */
public record LayoutMember(int number, String zone, int capacity) {
    /** The largest capacity. */
    public static final int MAX_CAPACITY = 1_000_000;

    public LayoutMember {
        if (number < 1) {
            throw new IllegalArgumentException("a node number is 1 or more, not " + number);
        }
        if (capacity < 0 || capacity > MAX_CAPACITY) {
            throw new IllegalArgumentException("a capacity is 0 to " + MAX_CAPACITY + ", not " + capacity);
        }
    }
}
