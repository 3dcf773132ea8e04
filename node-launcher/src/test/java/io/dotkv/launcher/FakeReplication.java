package io.dotkv.launcher;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import io.dotkv.proto.replication.v1.ConvergeRequest;
import io.dotkv.proto.replication.v1.ConvergeResponse;
import io.dotkv.proto.replication.v1.DeleteRequest;
import io.dotkv.proto.replication.v1.DeleteResponse;
import io.dotkv.proto.replication.v1.Failure;
import io.dotkv.proto.replication.v1.GetRequest;
import io.dotkv.proto.replication.v1.GetResponse;
import io.dotkv.proto.replication.v1.Outcome;
import io.dotkv.proto.replication.v1.PipelineRequest;
import io.dotkv.proto.replication.v1.PipelineResponse;
import io.dotkv.proto.replication.v1.Presence;
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
import io.dotkv.proto.replication.v1.WriteOutcome;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** The replication layer of a fake node: serves from the store, or fails as it is told, key by key. */
final class FakeReplication extends ReplicationServiceImplBase {
    private final FakeStore store;
    /** What calls for convergence are answered, one after the other; the last one again and again. */
    final Deque<ConvergeResponse> convergences = new ConcurrentLinkedDeque<>();

    final Queue<ByteString> goals = new ConcurrentLinkedQueue<>();
    volatile UpdateRequest lastUpdate = UpdateRequest.getDefaultInstance();
    /** What every read answers. */
    volatile ReadResponse content =
            ReadResponse.newBuilder().setPresence(Presence.NOT_FOUND).build();

    volatile Function<ByteString, Fault> faults = key -> Fault.NONE;

    volatile List<ScrubResponse> scrub = List.of();

    FakeReplication(FakeStore store) {
        this.store = store;
    }

    private <T> void serve(
            ByteString key, String requestId, Supplier<T> operation, Consumer<T> answer, Consumer<Status> failure) {
        switch (faults.apply(key)) {
            case NONE -> answer.accept(operation.get());
            case UNAVAILABLE ->
                failure.accept(error(Code.UNAVAILABLE, "1 of 3 replicas is reachable, 2 are needed; nothing was sent.")
                        .addDetails(outcome(Outcome.NOT_APPLIED, requestId))
                        .build());
            case APPLIED_BUT_UNKNOWN -> {
                var _ = operation.get();
                failure.accept(error(Code.DEADLINE_EXCEEDED, "1 of 2 replicas answered in time.")
                        .addDetails(outcome(Outcome.UNKNOWN, requestId))
                        .build());
            }
            case INVALID ->
                failure.accept(
                        error(Code.INVALID_ARGUMENT, "The value is too long.").build());
            case NO_CLUSTER ->
                failure.accept(error(Code.FAILED_PRECONDITION, "No cluster has formed yet.")
                        .build());
            case NOT_OFFERED ->
                failure.accept(Status.newBuilder()
                        .setCode(Code.UNIMPLEMENTED.getNumber())
                        .setMessage("Method not found")
                        .build());
            case SILENT -> {}
        }
    }

    private static Status.Builder error(Code code, String message) {
        return Status.newBuilder()
                .setCode(code.getNumber())
                .setMessage(message)
                .addDetails(Any.pack(ErrorInfo.newBuilder()
                        .setDomain("dotkv")
                        .setReason("FAKE_" + code)
                        .build()));
    }

    private static Any outcome(Outcome outcome, String requestId) {
        return Any.pack(WriteOutcome.newBuilder()
                .setOutcome(outcome)
                .setRequestId(requestId)
                .build());
    }

    private static <T> Consumer<T> one(StreamObserver<T> answers) {
        return answer -> {
            answers.onNext(answer);
            answers.onCompleted();
        };
    }

    private static Consumer<Status> error(StreamObserver<?> answers) {
        return status -> answers.onError(StatusProto.toStatusRuntimeException(status));
    }

    @Override
    public void put(PutRequest request, StreamObserver<PutResponse> answers) {
        ByteString key = request.hasRawKey() ? request.getRawKey() : request.getKeyBytes();
        serve(key, request.getRequestId(), () -> store.put(request), one(answers), error(answers));
    }

    @Override
    public void get(GetRequest request, StreamObserver<GetResponse> answers) {
        ByteString key = request.hasRawKey() ? request.getRawKey() : request.getKeyBytes();
        serve(key, "", () -> store.get(request), one(answers), error(answers));
    }

    @Override
    public void delete(DeleteRequest request, StreamObserver<DeleteResponse> answers) {
        serve(request.getRawKey(), request.getRequestId(), () -> store.delete(request), one(answers), error(answers));
    }

    @Override
    public void update(UpdateRequest request, StreamObserver<UpdateResponse> answers) {
        serve(
                request.getRawKey(),
                request.getRequestId(),
                () -> {
                    lastUpdate = request;
                    return UpdateResponse.newBuilder()
                            .addAcknowledgedBy("n1")
                            .addAcknowledgedBy("n2")
                            .setRequestId(request.getRequestId())
                            .build();
                },
                one(answers),
                error(answers));
    }

    @Override
    public void read(ReadRequest request, StreamObserver<ReadResponse> answers) {
        serve(request.getRawKey(), "", () -> content, one(answers), error(answers));
    }

    @Override
    public void scan(ScanRequest request, StreamObserver<ScanResponse> answers) {
        serve(ByteString.EMPTY, "", () -> store.scan(request), one(answers), error(answers));
    }

    @Override
    public void converge(ConvergeRequest request, StreamObserver<ConvergeResponse> answers) {
        goals.add(request.getGoal());
        answers.onNext(convergences.size() > 1 ? convergences.removeFirst() : convergences.getFirst());
        answers.onCompleted();
    }

    @Override
    public void scrub(ScrubRequest request, StreamObserver<ScrubResponse> answers) {
        scrub.forEach(answers::onNext);
        answers.onCompleted();
    }

    @Override
    public StreamObserver<PipelineRequest> pipeline(StreamObserver<PipelineResponse> answers) {
        return new StreamObserver<>() {
            @Override
            public void onNext(PipelineRequest request) {
                PipelineResponse.Builder response =
                        PipelineResponse.newBuilder().setId(request.getId());
                Consumer<Status> failure = status -> answers.onNext(response.setFailure(Failure.newBuilder()
                                .setCode(status.getCode())
                                .setMessage(status.getMessage())
                                .addAllDetails(status.getDetailsList()))
                        .build());
                if (request.hasPut()) {
                    PutRequest put = request.getPut();
                    Consumer<PutResponse> answer =
                            done -> answers.onNext(response.setPut(done).build());
                    serve(put.getRawKey(), put.getRequestId(), () -> store.put(put), answer, failure);
                } else if (request.hasDelete()) {
                    DeleteRequest delete = request.getDelete();
                    Consumer<DeleteResponse> answer =
                            done -> answers.onNext(response.setDelete(done).build());
                    serve(delete.getRawKey(), delete.getRequestId(), () -> store.delete(delete), answer, failure);
                } else {
                    GetRequest get = request.getGet();
                    Consumer<GetResponse> answer =
                            done -> answers.onNext(response.setGet(done).build());
                    serve(get.getRawKey(), "", () -> store.get(get), answer, failure);
                }
            }

            @Override
            public void onError(Throwable broken) {}

            @Override
            public void onCompleted() {
                answers.onCompleted();
            }
        };
    }
}
