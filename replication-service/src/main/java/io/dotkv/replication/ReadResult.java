package io.dotkv.replication;

import io.dotkv.kernel.Dot;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.types.DataType;
import java.util.List;

/** How a read ended. */
public sealed interface ReadResult {
    /**
     * As many replicas answered as the level asked for.
     *
     * @param values all current plain values, newest first; none when the key was never written or is deleted
     * @param types what the key has beside its plain values
     * @param context covers everything the answer is based on, but for what the types hold
     * @param answeredBy the replicas whose answers were joined
     * @param leftOut the current plain values that are not among those, newest first; the context does not cover them
     */
    record Answered(
            List<Leaf> values, List<DataType> types, ContextToken context, List<NodeId> answeredBy, List<Dot> leftOut)
            implements ReadResult {
        /** Of a key that has plain values only. */
        public Answered(List<Leaf> values, ContextToken context, List<NodeId> answeredBy) {
            this(values, List.of(), context, answeredBy, List.of());
        }
    }

    /** Nothing was read. */
    record Failed(Failure failure) implements ReadResult {}
}
