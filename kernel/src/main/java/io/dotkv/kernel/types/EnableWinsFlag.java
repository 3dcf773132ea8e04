package io.dotkv.kernel.types;

import io.dotkv.kernel.Bytes;

/** A flag that is off until it is enabled, and on while it has a leaf: enabling wins over concurrent disabling. */
final class EnableWinsFlag {
    private EnableWinsFlag() {}

    static void set(Draft draft, Place place, boolean on) {
        if (on) {
            draft.write(place.path(), Bytes.EMPTY, ExactContext.shown(Place.at(place.path())));
        } else {
            draft.remove(ExactContext.seen(Place.at(place.path())));
        }
    }
}
