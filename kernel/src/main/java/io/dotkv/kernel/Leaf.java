package io.dotkv.kernel;

import java.util.Comparator;

/**
 * A current value of a key, or of a place inside it, under the event that wrote it. A dot labels at most one leaf, and the
 * leaf of a dot is the same everywhere.
 *
 * @param dot the event that wrote it
 * @param path the place inside the key; empty for a register
 * @param time when the coordinating replica took the write
 * @param payload the value
 */
public record Leaf(Dot dot, Bytes path, HybridTime time, Bytes payload) {
    /** The order in which people see siblings: newest hybrid time first, the dot decides between equals. */
    public static final Comparator<Leaf> NEWEST_FIRST =
            Comparator.comparing(Leaf::time).thenComparing(Leaf::dot).reversed();
}
