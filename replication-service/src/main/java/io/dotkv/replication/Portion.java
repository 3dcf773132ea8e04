package io.dotkv.replication;

import io.dotkv.kernel.Dot;
import io.dotkv.kernel.Leaf;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * How much of a key's plain values an answer may have: the client takes messages up to a size, and may ask for some of
 * the values.
 *
 * @param bytes of the whole answer at most
 * @param dots only the values of these events; all when empty
 */
public record Portion(long bytes, Set<Dot> dots) {
    /** The largest message between two processes, and so the most that anybody takes. */
    public static final int MOST_BYTES = 64 << 20;

    /** All values, whatever their size. */
    public static final Portion WHOLE = new Portion(MOST_BYTES, Set.of());

    /** What an answer has beside its values at most: a context, names of nodes and types. */
    private static final long FRAME_BYTES = 24 << 10;

    /** What a value has beside its bytes at most: its dot, its time, and the tags and lengths around. */
    private static final long VALUE_FRAME_BYTES = 112;

    private static final long DOT_BYTES = 48;

    public Portion {
        dots = Set.copyOf(dots);
    }

    /** The values that are given, and the others. */
    public record Split(List<Leaf> given, List<Leaf> leftOut) {
        /** The bytes of an answer that would have the first value that is left out, and no other. */
        public long bytesForOneMore() {
            return FRAME_BYTES + DOT_BYTES * leftOut.size() + sizeOf(leftOut.getFirst());
        }
    }

    /**
     * Gives as many values as fit, in their order, of those that are asked for. A value that does not fit ends it, so
     * that nobody takes a value for the newest that is not.
     */
    public Split of(List<Leaf> values) {
        long left = bytes - FRAME_BYTES - DOT_BYTES * values.size();
        List<Leaf> given = new ArrayList<>();
        List<Leaf> leftOut = new ArrayList<>();
        boolean isFull = false;
        for (Leaf value : values) {
            boolean isAskedFor = dots.isEmpty() || dots.contains(value.dot());
            isFull |= isAskedFor && sizeOf(value) > left;
            if (isAskedFor && !isFull) {
                left -= sizeOf(value);
                given.add(value);
            } else {
                leftOut.add(value);
            }
        }
        return new Split(given, leftOut);
    }

    /** Whether a value that was asked for is there, and not even the first of them fits. */
    public boolean isTooSmallFor(List<Leaf> values) {
        return of(values).given.isEmpty()
                && values.stream().anyMatch(value -> dots.isEmpty() || dots.contains(value.dot()));
    }

    /** What is left for others when this has been given. */
    Portion without(long givenBytes) {
        return new Portion(bytes - givenBytes, dots);
    }

    /** About how large the value is in an answer; no less than it is. */
    public static long sizeOf(Leaf value) {
        return VALUE_FRAME_BYTES + value.payload().length();
    }
}
