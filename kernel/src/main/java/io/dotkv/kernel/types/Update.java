package io.dotkv.kernel.types;

import io.dotkv.kernel.Dot;
import io.dotkv.kernel.HybridTime;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.Row;
import java.util.List;

/**
 * What a client asks to be done to one key at once: all steps become one delta, so that a replica has all of them or
 * none.
 *
 * @param steps 1 to {@value #MAX_STEPS}, in order; each sees what those before it did
 */
public record Update(List<Step> steps) {
    /** The most steps of an update; each takes a dot. */
    public static final int MAX_STEPS = 256;

    public Update {
        steps = List.copyOf(steps);
        if (steps.isEmpty() || steps.size() > MAX_STEPS) {
            throw new IllegalArgumentException("an update has 1 to " + MAX_STEPS + " steps, not " + steps.size());
        }
    }

    /** About how many bytes it has. */
    public long sizeBytes() {
        long size = 0;
        for (Step step : steps) {
            size += step.sizeBytes();
        }
        return size;
    }

    /**
     * Does it at the coordinating replica.
     *
     * @param exported the row of the key, as the replica exports it
     * @param next the actor's next dot; each step takes one
     * @throws ImpossibleChangeException when a counter would overflow, or is not one
     */
    public Draft draft(Key key, Row exported, Dot next, HybridTime time) throws ImpossibleChangeException {
        Draft draft = new Draft(key, exported, next, time);
        for (Step step : steps) {
            step.apply(draft);
        }
        return draft;
    }
}
