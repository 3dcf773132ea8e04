package io.dotkv.kernel.types;

import io.dotkv.kernel.Bytes;

/** A set in which an addition wins over a concurrent removal: an element is in it while it has a leaf. */
final class AddWinsSet {
    private AddWinsSet() {}

    /** Covers the leaves of the element alone: an older one that is left somewhere says the same. */
    static void add(Draft draft, Place place, Bytes element) {
        Bytes path = place.path(element);
        draft.write(path, Bytes.EMPTY, ExactContext.shown(leaf -> leaf.path().equals(path)));
    }

    static void remove(Draft draft, Place place, Bytes element) {
        Bytes path = place.path(element);
        draft.remove(ExactContext.seen(leaf -> leaf.path().equals(path)));
    }
}
