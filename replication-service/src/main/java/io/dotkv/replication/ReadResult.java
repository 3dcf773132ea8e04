package io.dotkv.replication;

import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.NodeId;
import java.util.List;

/** How a read ended. */
public sealed interface ReadResult {
    /**
     * As many replicas answered as the level asked for.
     *
     * @param values all current values, newest first; none when the key was never written or is deleted
     * @param context covers everything the answer is based on
     * @param answeredBy the replicas whose answers were joined
     */
    record Answered(List<Leaf> values, ContextToken context, List<NodeId> answeredBy) implements ReadResult {}

    /** Nothing was read. */
    record Failed(Failure failure) implements ReadResult {}
}
