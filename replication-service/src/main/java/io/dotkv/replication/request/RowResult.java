package io.dotkv.replication.request;

import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.Row;
import io.dotkv.replication.Failure;
import java.util.List;

/** How the read of a row ended. */
public sealed interface RowResult {
    /** The join of what these nodes have. */
    record Joined(Row row, List<NodeId> answeredBy) implements RowResult {}

    /** Nothing was read. */
    record Failed(Failure failure) implements RowResult {}
}
