package io.dotkv.simulation.history;

import io.dotkv.kernel.Delta;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.PartitionId;

/**
 * A dot that was given to a mutation.
 *
 * @param requestId of the mutation
 * @param node where
 */
public record IssuedDot(PartitionId partition, Delta delta, String requestId, String node) {
    public Dot dot() {
        return delta.events().getFirst();
    }

    public Key key() {
        return delta.key();
    }

    public boolean isPut() {
        return !delta.leaves().isEmpty();
    }

    /** Whether it is a put of a plain value. */
    public boolean isOfPlainValue() {
        return isPut() && delta.leaves().getFirst().path().isEmpty();
    }

    /** Whether it replaces or deletes what that dot wrote. */
    public boolean covers(Dot other) {
        return !delta.events().contains(other) && delta.context().contains(other);
    }
}
