package io.dotkv.kernel.types;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Leaf;
import java.util.List;

/**
 * The registers inside a key: one that shows all concurrent values, and one that shows the last write. They differ in
 * how they are read alone. The losers of a last write stay as hidden siblings until a write that has seen them replaces
 * them: thrown away inside the join they would come back, or not, depending on the order of deltas.
 */
final class RegisterTypes {
    private RegisterTypes() {}

    static void put(Draft draft, Place place, Bytes value) {
        draft.write(place.path(), value, ExactContext.seen(Place.at(place.path())));
    }

    static void putBeside(Draft draft, Place place, Bytes value) {
        draft.write(place.path(), value, ExactContext.shown(_ -> false));
    }

    /** All concurrent values, newest first; equal ones once, in the place of the newest. */
    static List<Bytes> values(List<Leaf> leaves) {
        return leaves.stream()
                .sorted(Leaf.NEWEST_FIRST)
                .map(Leaf::payload)
                .distinct()
                .toList();
    }

    /** The value with the latest hybrid time, of equal ones that with the highest dot. There is at least one leaf. */
    static Bytes lastWrite(List<Leaf> leaves) {
        return values(leaves).getFirst();
    }
}
