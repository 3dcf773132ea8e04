package io.dotkv.replication;

import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.types.Content;
import java.util.List;

/** How the read of everything under a key ended. */
public sealed interface ContentResult {
    /**
     * As many replicas answered as the level asked for.
     *
     * @param content empty when the key was never written or is deleted
     * @param answeredBy the replicas whose answers were joined
     */
    record Answered(Content content, List<NodeId> answeredBy) implements ContentResult {}

    /** Nothing was read. */
    record Failed(Failure failure) implements ContentResult {}
}
