package io.dotkv.replication;

import io.dotkv.kernel.Dot;
import io.dotkv.kernel.NodeId;
import java.util.List;
import java.util.Optional;

/** How a write ended. Three answers: what is not known is said to be unknown. */
public sealed interface WriteResult {
    /** The id of the write. */
    String requestId();

    /**
     * It is durable on as many replicas as the level asked for.
     *
     * @param context covers the written value and what it replaced
     * @param replaced how many values it replaced at the coordinating replica
     * @param acknowledgedBy who had stored it durably when it was acknowledged
     * @param dot its event, when it is known
     */
    record Applied(ContextToken context, int replaced, List<NodeId> acknowledgedBy, String requestId, Optional<Dot> dot)
            implements WriteResult {}

    /**
     * It reached no replica and never will.
     *
     * @param required how many acknowledgements the level asked for, 0 when that was not known yet
     */
    record NotApplied(Failure failure, int required, String requestId) implements WriteResult {}

    /**
     * It reached, or may have reached, some replica and may surface.
     *
     * @param acknowledgedBy who is known to have stored it durably
     * @param required how many acknowledgements the level asked for
     * @param dot its event, when one is known to have been assigned
     */
    record Unknown(Failure failure, List<NodeId> acknowledgedBy, int required, String requestId, Optional<Dot> dot)
            implements WriteResult {}
}
