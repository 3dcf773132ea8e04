package io.dotkv.simulation;

import io.dotkv.kernel.Dot;
import io.dotkv.kernel.Key;
import java.util.Optional;

/**
 * A put or delete as its client knows it, all tries with its request id together.
 *
 * @param value what was put; empty for a delete
 * @param required how many replicas the level asked for
 * @param endedNanos true time at which the client knew, or gave up
 * @param dot the event that was acknowledged, when one was
 */
record ClientWrite(
        String requestId,
        Key key,
        Optional<String> value,
        int required,
        long endedNanos,
        Ending ending,
        Optional<Dot> dot) {
    /** What the client knows. */
    enum Ending {
        /** Some try was acknowledged. */
        APPLIED,
        /** Every try was answered by "not applied". */
        NOT_APPLIED,
        /** Neither. */
        UNKNOWN
    }
}
