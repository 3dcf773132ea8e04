package io.dotkv.simulation.machine;

import io.dotkv.replication.ContentResult;
import io.dotkv.replication.Operation;
import io.dotkv.replication.ReadResult;
import io.dotkv.replication.Replication;
import io.dotkv.replication.ScanResult;
import io.dotkv.replication.ScrubJob;
import io.dotkv.replication.ScrubListener;
import io.dotkv.replication.ScrubResult;
import io.dotkv.replication.WriteResult;
import io.dotkv.simulation.history.TraceText;
import java.util.concurrent.CompletionStage;

/** The replication layer of a node as clients use it, with somebody who looks at the clock. */
final class ObservedReplication implements Replication {
    private static final long MOMENT_NANOS = SimulationContext.SECOND;

    private final Replication replication;
    private final SimulatedNode node;
    private final NodeProcess process;
    private final SimulationContext context;

    ObservedReplication(Replication replication, SimulatedNode node, NodeProcess process, SimulationContext context) {
        this.replication = replication;
        this.node = node;
        this.process = process;
        this.context = context;
    }

    private <T> CompletionStage<T> timed(Operation operation, String what, CompletionStage<T> result) {
        boolean[] ended = {false};
        var _ = result.whenComplete((any, failure) -> {
            ended[0] = true;
            if (failure != null) {
                context.defect(what + " through " + node.id() + " failed by a defect: " + failure);
            }
        });
        if (!ended[0]) {
            long leftNanos = operation.deadlineNanos() - process.clock().monotonicNanos();
            // A task of the process itself, so that a pause puts this off as it does the answer.
            process.scheduler()
                    .schedule(
                            () -> {
                                if (!ended[0] && !process.wasPausedWithin(2 * MOMENT_NANOS)) {
                                    context.late(what + " through " + node.id() + " has not ended");
                                }
                            },
                            Math.max(0, leftNanos) + MOMENT_NANOS);
        }
        return result;
    }

    @Override
    public CompletionStage<WriteResult> write(Operation.Write write) {
        return timed(write, "write " + write.requestId(), replication.write(write));
    }

    @Override
    public CompletionStage<ReadResult> read(Operation.Read read) {
        return timed(read, "a read of " + TraceText.of(read.key()), replication.read(read));
    }

    @Override
    public CompletionStage<ContentResult> content(Operation.Read read) {
        return timed(read, "a read of all of " + TraceText.of(read.key()), replication.content(read));
    }

    @Override
    public CompletionStage<ScanResult> scan(Operation.Scan scan) {
        return timed(scan, "a scan", replication.scan(scan));
    }

    @Override
    public CompletionStage<ScrubResult> scrub(ScrubJob order, ScrubListener watcher) {
        return replication.scrub(order, watcher);
    }
}
