package io.dotkv.storage;

import io.dotkv.kernel.Dot;
import io.dotkv.kernel.Key;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * By which name consecutive events of one actor were asked for.
 *
 * @param name empty when whoever says this has the events and does not know their name
 * @param key of the write; empty when a row of it comes in the same message
 * @param first the first of the events
 * @param count how many there are, at least 1
 */
public record IdentifiedWrite(Optional<WriteId> name, Optional<Key> key, Dot first, int count) {
    /** A write of a row in the same message. */
    public IdentifiedWrite(Optional<WriteId> name, Dot first, int count) {
        this(name, Optional.empty(), first, count);
    }

    /** All its events. */
    public List<Dot> dots() {
        List<Dot> dots = new ArrayList<>(count);
        for (int step = 0; step < count; step++) {
            dots.add(new Dot(first.actor(), first.counter() + step));
        }
        return dots;
    }
}
