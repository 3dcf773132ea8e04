package io.dotkv.simulation.history;

import io.dotkv.kernel.Dot;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.types.Addition;
import io.dotkv.kernel.types.TypeChange;
import io.dotkv.kernel.types.Update;
import io.dotkv.replication.Operation;
import java.util.List;
import java.util.Optional;

/**
 * A put, delete or update as its client knows it, all tries with its request id together.
 *
 * @param body what was to be written
 * @param required how many replicas the level asked for
 * @param endedNanos true time at which the client knew, or gave up
 * @param dot the event that was acknowledged, when one was
 */
public record ClientWrite(
        String requestId,
        Key key,
        Operation.Write.Body body,
        int required,
        long endedNanos,
        Ending ending,
        Optional<Dot> dot) {
    /** Whether it is a put of a plain value. */
    public boolean isPut() {
        return body instanceof Operation.Write.Replace replace
                && replace.payload().isPresent();
    }

    /** Whether it deletes a key. */
    public boolean isDelete() {
        return body instanceof Operation.Write.Replace replace
                && replace.payload().isEmpty();
    }

    /** Whether it adds an element to a set. */
    public boolean isElement() {
        return body instanceof Operation.Write.Typed(Update update)
                && update.steps().getFirst().change() instanceof TypeChange.Add;
    }

    /** What it adds to counters. */
    public List<Addition> additions() {
        return body instanceof Operation.Write.Typed(Update update) ? Addition.of(update) : List.of();
    }

    /** What the client knows. */
    public enum Ending {
        /** Some try was acknowledged. */
        APPLIED,
        /** Every try was answered by "not applied". */
        NOT_APPLIED,
        /** Neither. */
        UNKNOWN
    }
}
