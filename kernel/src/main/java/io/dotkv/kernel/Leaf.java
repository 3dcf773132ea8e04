package io.dotkv.kernel;

import java.util.Comparator;
import java.util.List;

/**
 * A current value of a key, or of a place inside it, under the event that wrote it. A dot labels at most one leaf, and
 * the leaf of a dot is the same everywhere.
 *
 * @param dot the event that wrote it
 * @param path the place inside the key; empty for a register
 * @param time when the coordinating replica took the write
 * @param payload the value
 */
public record Leaf(Dot dot, Bytes path, HybridTime time, Bytes payload) {
    /** About how much a leaf, a row or a delta takes in memory beside keys, paths and payloads. */
    static final int OVERHEAD_BYTES = 64;

    /** The order in which people see siblings: newest hybrid time first, the dot decides between equals. */
    public static final Comparator<Leaf> NEWEST_FIRST =
            Comparator.comparing(Leaf::time).thenComparing(Leaf::dot).reversed();

    /** The length of path and payload. */
    public long sizeBytes() {
        return (long) path.length() + payload.length();
    }

    /** The length of the paths and payloads of some leaves. */
    public static long sizeBytes(List<Leaf> leaves) {
        long bytes = 0;
        for (Leaf leaf : leaves) {
            bytes += leaf.sizeBytes();
        }
        return bytes;
    }

    /** About how much memory some leaves hold. */
    static long weightBytes(List<Leaf> leaves) {
        return sizeBytes(leaves) + (long) OVERHEAD_BYTES * leaves.size();
    }
}
