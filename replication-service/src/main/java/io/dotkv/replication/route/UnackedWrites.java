package io.dotkv.replication.route;

import io.dotkv.kernel.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Finds replicas that have not confirmed what was sent to them a second ago. It compares two counters of each replica,
 * once a second: of what was sent by then, less has been answered. So it costs nothing per write. One that is late
 * among others that are not is found by its own deadline only, since answers come nearly in the order in which deltas
 * were sent.
 *
 * <p>One thread at a time.
 */
public final class UnackedWrites {
    static final long PATIENCE_NANOS = 1_000_000_000L;

    private final Map<NodeId, Mark> marks = new TreeMap<>();

    /** What had been sent at a time. */
    private record Mark(long begun, long nanos) {}

    /** Those that are late. Called more often than once in {@link #PATIENCE_NANOS}. */
    public List<ReplicaClient> late(List<ReplicaClient> replicas, long nowNanos) {
        List<ReplicaClient> late = new ArrayList<>();
        for (ReplicaClient replica : replicas) {
            Mark mark = marks.get(replica.node());
            if (mark == null || nowNanos - mark.nanos() >= PATIENCE_NANOS) {
                if (mark != null && replica.appliesEnded() < mark.begun()) {
                    late.add(replica);
                }
                marks.put(replica.node(), new Mark(replica.appliesBegun(), nowNanos));
            }
        }
        return late;
    }
}
