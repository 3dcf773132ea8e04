package io.dotkv.kernel;

/**
 * A time stamp that grows along causality and stays near the wall clock: milliseconds since 1970 in the upper 48 bits,
 * a logical count in the lower 16. It orders siblings for people; causality never depends on it.
 *
 * <p>Source: Kulkarni, Demirbas, Madappa, Avva, Leone, <i>Logical Physical Clocks</i>, OPODIS 2014.
 *
 * @param packed both parts in one number, compared as unsigned
 */
public record HybridTime(long packed) implements Comparable<HybridTime> {
    /** Before every event. */
    public static final HybridTime ZERO = new HybridTime(0);

    private static final int LOGICAL_BITS = 16;

    /** The first time stamp of a millisecond. */
    public static HybridTime ofMillis(long wallMillis) {
        return new HybridTime(wallMillis << LOGICAL_BITS);
    }

    /** Milliseconds since 1970. */
    public long millis() {
        return packed >>> LOGICAL_BITS;
    }

    /** The next time stamp after this one. */
    public HybridTime next() {
        return new HybridTime(packed + 1);
    }

    @Override
    public int compareTo(HybridTime other) {
        return Long.compareUnsigned(packed, other.packed);
    }

    @Override
    public String toString() {
        return millis() + "." + (packed & 0xffff);
    }
}
