package io.dotkv.launcher.client;

import io.dotkv.proto.replication.v1.PipelineRequest;
import io.dotkv.proto.replication.v1.PipelineRequest.OperationCase;
import io.dotkv.proto.replication.v1.PipelineResponse;
import io.dotkv.proto.replication.v1.ReplicationServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One stream of {@code ReplicationService.Pipeline} from its opening to its break.
 *
 * <p>The node gives up each operation at its timeout. When it does not even say so, it stands still: then the stream is
 * cancelled, so that what was sent into it does not pile up, and all that waits fails.
 *
 * <p>Threading: any thread; state is guarded by the object, and ends are delivered outside of the lock.
 */
final class Pipeline extends ClientCall.Listener<PipelineResponse> {
    private static final long GRACE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long LOOK_MILLIS = 100;

    private record Waiting(OperationCase operation, long deadline, Route.Ended ended) {}

    private final Endpoint endpoint;
    private final SentMark mark = new SentMark();
    private final ClientCall<PipelineRequest, PipelineResponse> call;
    private final Map<Long, Waiting> waiting = new LinkedHashMap<>();
    private @Nullable Future<?> watch;
    private long lastId;
    private boolean broken;
    private boolean silent;
    private volatile Status closed = Status.OK;

    private Pipeline(Endpoint endpoint, Channels channels) {
        this.endpoint = endpoint;
        this.call = channels.to(endpoint)
                .newCall(ReplicationServiceGrpc.getPipelineMethod(), CallOptions.DEFAULT.withStreamTracerFactory(mark));
    }

    static Pipeline open(Endpoint endpoint, Channels channels) {
        Pipeline pipeline = new Pipeline(endpoint, channels);
        pipeline.call.start(pipeline, new Metadata());
        pipeline.call.request(Integer.MAX_VALUE);
        pipeline.watch(channels.loop());
        return pipeline;
    }

    private synchronized void watch(ScheduledExecutorService loop) {
        if (!broken) {
            watch = loop.scheduleWithFixedDelay(this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** Whether the stream takes nothing more. */
    synchronized boolean broken() {
        return broken;
    }

    /** Sends an operation. When the stream is broken, the operation fails at once and was surely not applied. */
    void send(PipelineRequest.Builder operation, Duration timeout, Route.Ended ended) {
        if (!offer(operation, timeout, ended)) {
            Status why = closed.isOk() ? Status.UNAVAILABLE.withDescription("the stream is closed") : closed;
            ended.failed(CallFailed.ofCall(
                    endpoint, Route.kindOf(operation.getOperationCase()), false, why.asRuntimeException()));
        }
    }

    private synchronized boolean offer(PipelineRequest.Builder operation, Duration timeout, Route.Ended ended) {
        if (broken) {
            return false;
        }
        long id = ++lastId;
        long deadline = System.nanoTime() + timeout.toNanos() + GRACE_NANOS;
        waiting.put(id, new Waiting(operation.getOperationCase(), deadline, ended));
        call.sendMessage(operation
                .setId(id)
                .setTimeoutMillis((int) Math.max(1, timeout.toMillis()))
                .build());
        return true;
    }

    @Override
    public void onMessage(PipelineResponse response) {
        Waiting ended;
        synchronized (this) {
            ended = waiting.remove(response.getId());
        }
        if (ended == null) {
            return;
        }
        if (response.hasFailure()) {
            ended.ended.failed(CallFailed.ofOperation(endpoint, Route.kindOf(ended.operation), response.getFailure()));
        } else {
            ended.ended.answered(response);
        }
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
        List<Waiting> lost;
        boolean nodeStoodStill;
        synchronized (this) {
            broken = true;
            closed = status;
            nodeStoodStill = silent;
            lost = new ArrayList<>(waiting.values());
            waiting.clear();
            if (watch != null) {
                watch.cancel(false);
            }
        }
        Status why = status.isOk() ? Status.UNAVAILABLE.withDescription("the node closed the stream") : status;
        for (Waiting each : lost) {
            var kind = Route.kindOf(each.operation);
            each.ended.failed(
                    nodeStoodStill
                            ? CallFailed.ofSilence(endpoint, kind, mark.sent())
                            : CallFailed.ofCall(endpoint, kind, mark.sent(), why.asRuntimeException(trailers)));
        }
    }

    private void look() {
        synchronized (this) {
            if (broken || waiting.isEmpty()) {
                return;
            }
            long oldest = waiting.values().iterator().next().deadline;
            if (System.nanoTime() - oldest < 0) {
                return;
            }
            broken = true;
            silent = true;
        }
        call.cancel("the node does not respond", null);
    }

    void close() {
        synchronized (this) {
            broken = true;
        }
        call.cancel("closed", null);
    }
}
