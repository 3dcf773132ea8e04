package io.dotkv.simulation.history;

import io.dotkv.kernel.Dot;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.Leaf;
import java.util.List;

/**
 * An answer about one key.
 *
 * @param required how many replicas the level asked for
 * @param beganNanos true time at which the client asked
 * @param endedNanos true time at which it had the answer
 * @param session the events that the answer whose context was passed showed or made; none when no context was passed
 * @param monotonic whether it was asked for as monotonic
 */
public record ClientRead(
        String client,
        Key key,
        int required,
        long beganNanos,
        long endedNanos,
        List<Dot> session,
        boolean monotonic,
        List<Leaf> values) {
    /** The events of the values. */
    public List<Dot> dots() {
        return values.stream().map(Leaf::dot).toList();
    }
}
