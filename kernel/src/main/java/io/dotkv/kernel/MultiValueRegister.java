package io.dotkv.kernel;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The mutators of the multi-value register, the data type of a plain key: concurrent values are kept side by side until
 * a write that covers them replaces them.
 *
 * <p>Every mutation takes a dot of its own, deletions too: a deletion that only removed would be invisible to the
 * clocks, and a replica that missed it would never be told.
 */
public final class MultiValueRegister {
    private MultiValueRegister() {}

    /**
     * The delta of a put, or of a delete when there is no payload, that replaces exactly what the context covers.
     *
     * @param context of an earlier read, as clients get it
     */
    public static Delta replaceCovered(
            Key key, Dot dot, HybridTime time, @Nullable Bytes payload, VersionVector context) {
        List<Leaf> leaves = payload == null ? List.of() : List.of(new Leaf(dot, Bytes.EMPTY, time, payload));
        return new Delta(key, leaves, context.dots().with(dot), List.of(dot));
    }

    /**
     * The delta of a put that replaces all plain values that the row shows or has shown, or of a delete that replaces
     * all that there is, places of other types too.
     *
     * <p>What the replica saw die is covered too, not only what it shows: the event that killed it may never reach the
     * others, and then an acknowledged deletion would leave the older value alive there.
     *
     * @param row as its replica exports it
     */
    public static Delta replaceSeen(Key key, Dot dot, HybridTime time, @Nullable Bytes payload, Row row) {
        VersionVector seen = VersionVector.of(row);
        return replaceCovered(key, dot, time, payload, payload == null ? seen : seen.sparingTypes(row.leaves()));
    }
}
