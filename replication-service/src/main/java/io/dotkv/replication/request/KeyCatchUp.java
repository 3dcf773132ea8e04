package io.dotkv.replication.request;

import io.dotkv.kernel.Delta;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.Row;
import io.dotkv.replication.Consistency;
import io.dotkv.replication.Operation;
import io.dotkv.replication.route.ReplicaClient;
import io.dotkv.replication.route.Topology;
import io.dotkv.storage.Requests;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Brings one key of a replica up to date before it coordinates a write without a context: reads the key at
 * {@code QUORUM}, which shows every write that was acknowledged at it, and has the replica take what was read. The
 * write then replaces what the client has written before, though the replica was away.
 *
 * <p>The write goes on in any case. At once when no quorum can be reached; and with what the replica has after half of
 * its time, at a level below {@code QUORUM}. At {@code QUORUM} and above it waits as long as it has: those whose
 * answers are missing would be missing for its acknowledgement, too, and so it ends as surely not applied.
 *
 * <p>Answers come on any thread.
 */
public final class KeyCatchUp {
    private KeyCatchUp() {}

    /** Begins one for a write that the replica is to coordinate. */
    public static CompletionStage<Void> of(
            Operation.Write write, ReplicaClient replica, Topology topology, RequestPorts port) {
        Key key = write.key();
        int replicas = topology.layout().replicas();
        long nowNanos = port.clock().monotonicNanos();
        boolean needsQuorum = write.level().required(replicas) >= Consistency.QUORUM.required(replicas);
        long deadlineNanos = needsQuorum ? write.deadlineNanos() : nowNanos + (write.deadlineNanos() - nowNanos) / 2;
        CompletableFuture<Void> end = new CompletableFuture<>();
        if (!port.admission().enter(0)) {
            end.complete(null);
            return end;
        }
        Operation.Read read = new Operation.Read(key, Consistency.QUORUM, deadlineNanos);
        var _ = new PendingRead(read, DotSet.EMPTY, topology, port).start().thenAccept(result -> {
            if (result instanceof RowResult.Joined(Row row, var _)) {
                Delta missed = ReadCoordination.repair(key, row);
                replica.apply(
                        new Requests.Apply(topology.placement(), missed, "", deadlineNanos),
                        outcome -> end.complete(null));
            } else {
                end.complete(null);
            }
        });
        return end;
    }
}
