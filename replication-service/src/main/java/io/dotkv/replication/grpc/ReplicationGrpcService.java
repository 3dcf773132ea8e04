package io.dotkv.replication.grpc;

import io.dotkv.kernel.ports.Clock;
import io.dotkv.proto.replication.v1.ConvergeRequest;
import io.dotkv.proto.replication.v1.ConvergeResponse;
import io.dotkv.proto.replication.v1.DeleteRequest;
import io.dotkv.proto.replication.v1.DeleteResponse;
import io.dotkv.proto.replication.v1.ExplainRequest;
import io.dotkv.proto.replication.v1.ExplainResponse;
import io.dotkv.proto.replication.v1.GetRequest;
import io.dotkv.proto.replication.v1.GetResponse;
import io.dotkv.proto.replication.v1.PipelineRequest;
import io.dotkv.proto.replication.v1.PipelineResponse;
import io.dotkv.proto.replication.v1.PullNowRequest;
import io.dotkv.proto.replication.v1.PullNowResponse;
import io.dotkv.proto.replication.v1.PutRequest;
import io.dotkv.proto.replication.v1.PutResponse;
import io.dotkv.proto.replication.v1.ReadRequest;
import io.dotkv.proto.replication.v1.ReadResponse;
import io.dotkv.proto.replication.v1.ReplicationServiceGrpc.ReplicationServiceImplBase;
import io.dotkv.proto.replication.v1.ScanRequest;
import io.dotkv.proto.replication.v1.ScanResponse;
import io.dotkv.proto.replication.v1.ScrubRequest;
import io.dotkv.proto.replication.v1.ScrubResponse;
import io.dotkv.proto.replication.v1.UpdateRequest;
import io.dotkv.proto.replication.v1.UpdateResponse;
import io.dotkv.replication.Replication;
import io.dotkv.replication.ReplicationAdmin;
import io.dotkv.replication.grpc.codec.ReplicationRequestCodec;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Offers the replication layer over gRPC. Handlers never block, so they may run on an event loop. */
public final class ReplicationGrpcService extends ReplicationServiceImplBase {
    private static final long MOST_AHEAD_NANOS = 100_000_000;
    private static final long LEAST_AHEAD_NANOS = 40_000_000;

    private final ReplicationCalls calls;
    private final Clock clock;
    private final ReplicationGrpcSettings settings;
    private final AnswerRoom room;

    /** A service; {@code requestIds} makes ids for writes whose client gave none. */
    public ReplicationGrpcService(
            Replication replication,
            ReplicationAdmin admin,
            Clock clock,
            Supplier<String> requestIds,
            ReplicationGrpcSettings settings) {
        ReplicationRequestCodec codec = new ReplicationRequestCodec(settings.maxValueBytes(), requestIds);
        this.calls = new ReplicationCalls(replication, admin, codec);
        this.clock = clock;
        this.settings = settings;
        this.room = new AnswerRoom(settings.maxWaitingAnswerBytes());
    }

    @Override
    public void put(PutRequest request, StreamObserver<PutResponse> out) {
        calls.put(request, deadlineNanos(), unary(out));
    }

    @Override
    public void get(GetRequest request, StreamObserver<GetResponse> out) {
        calls.get(request, deadlineNanos(), unary(out));
    }

    @Override
    public void delete(DeleteRequest request, StreamObserver<DeleteResponse> out) {
        calls.delete(request, deadlineNanos(), unary(out));
    }

    @Override
    public void update(UpdateRequest request, StreamObserver<UpdateResponse> out) {
        calls.update(request, deadlineNanos(), unary(out));
    }

    @Override
    public void read(ReadRequest request, StreamObserver<ReadResponse> out) {
        calls.read(request, deadlineNanos(), unary(out));
    }

    @Override
    public void scan(ScanRequest request, StreamObserver<ScanResponse> out) {
        calls.scan(request, deadlineNanos(), unary(out));
    }

    @Override
    public void scrub(ScrubRequest request, StreamObserver<ScrubResponse> out) {
        calls.scrub(request, new ScrubSession((ServerCallStreamObserver<ScrubResponse>) out));
    }

    @Override
    public StreamObserver<PipelineRequest> pipeline(StreamObserver<PipelineResponse> out) {
        PipelineSession session =
                new PipelineSession(calls, clock, settings, room, (ServerCallStreamObserver<PipelineResponse>) out);
        session.begin();
        return session;
    }

    @Override
    public void converge(ConvergeRequest request, StreamObserver<ConvergeResponse> out) {
        calls.converge(request, unary(out));
    }

    @Override
    public void explain(ExplainRequest request, StreamObserver<ExplainResponse> out) {
        calls.explain(request, unary(out));
    }

    @Override
    public void pullNow(PullNowRequest request, StreamObserver<PullNowResponse> out) {
        calls.pullNow(request, unary(out));
    }

    /** When to end a call: a little before its client does, so that the client gets to know why. */
    private long deadlineNanos() {
        Deadline deadline = Context.current().getDeadline();
        if (deadline == null) {
            return clock.monotonicNanos() + settings.defaultDeadlineNanos();
        }
        long leftNanos = deadline.timeRemaining(TimeUnit.NANOSECONDS);
        return clock.monotonicNanos() + Math.min(leftNanos - aheadNanos(leftNanos), settings.maxDeadlineNanos());
    }

    /**
     * A twentieth of the time, 0.1 s at most, and what a busy machine needs to send an answer at least; of a very short
     * time a quarter.
     */
    static long aheadNanos(long leftNanos) {
        return Math.min(leftNanos / 4, Math.clamp(leftNanos / 20, LEAST_AHEAD_NANOS, MOST_AHEAD_NANOS));
    }

    private static <T> RpcAnswer<T> unary(StreamObserver<T> out) {
        ServerCallStreamObserver<T> call = (ServerCallStreamObserver<T>) out;
        // With a handler, an answer to a call that was cancelled is dropped instead of thrown back at the storage's
        // thread.
        call.setOnCancelHandler(() -> {});
        return new RpcAnswer<>() {
            @Override
            public void begun(CompletionStage<?> operation) {
                call.setOnCancelHandler(() -> operation.toCompletableFuture().cancel(false));
            }

            @Override
            public void done(T response) {
                out.onNext(response);
                out.onCompleted();
            }

            @Override
            public void failed(com.google.rpc.Status status) {
                out.onError(StatusProto.toStatusRuntimeException(status));
            }
        };
    }
}
