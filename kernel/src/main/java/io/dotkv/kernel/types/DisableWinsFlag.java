package io.dotkv.kernel.types;

import io.dotkv.kernel.Bytes;

/** A flag that is on until it is disabled, and off while it has a leaf: disabling wins over concurrent enabling. */
final class DisableWinsFlag {
    private DisableWinsFlag() {}

    static void set(Draft draft, Place place, boolean on) {
        if (on) {
            draft.remove(ExactContext.seen(Place.at(place.path())));
        } else {
            draft.write(place.path(), Bytes.EMPTY, ExactContext.shown(Place.at(place.path())));
        }
    }
}
