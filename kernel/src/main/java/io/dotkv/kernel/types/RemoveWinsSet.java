package io.dotkv.kernel.types;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.encoding.MalformedException;

/**
 * A set in which a removal wins over a concurrent addition. Additions and removals both write a leaf; an element is in
 * the set while it has a leaf of an addition and none of a removal. So a removed element keeps a leaf, until it is
 * added again or the set is cleared.
 */
final class RemoveWinsSet {
    private static final Bytes ADDED = Bytes.wrap(new byte[] {1});
    private static final Bytes REMOVED = Bytes.wrap(new byte[] {0});

    private RemoveWinsSet() {}

    static void add(Draft draft, Place place, Bytes element) {
        write(draft, place.path(element), ADDED);
    }

    static void remove(Draft draft, Place place, Bytes element) {
        write(draft, place.path(element), REMOVED);
    }

    private static void write(Draft draft, Bytes path, Bytes payload) {
        draft.write(path, payload, ExactContext.seen(leaf -> leaf.path().equals(path)));
    }

    /** Whether a leaf is of an addition. */
    static boolean isAdded(Leaf leaf) throws MalformedException {
        if (!leaf.payload().equals(ADDED) && !leaf.payload().equals(REMOVED)) {
            throw new MalformedException("a leaf of a remove-wins set that neither adds nor removes");
        }
        return leaf.payload().equals(ADDED);
    }
}
