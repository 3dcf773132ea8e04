package io.dotkv.kernel.types;

import io.dotkv.kernel.Bytes;

/**
 * A map of fields, each of which holds places of any type, maps too. It has no leaves of its own: a field is there
 * while something in it is. Changes inside a field are those of its types under a longer path; what a removal has not
 * seen of the field stays.
 */
final class CausalMap {
    private CausalMap() {}

    static void remove(Draft draft, Place place, Bytes field) {
        draft.remove(ExactContext.seen(Place.at(place.path(field))));
    }
}
