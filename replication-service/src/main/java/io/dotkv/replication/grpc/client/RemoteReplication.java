package io.dotkv.replication.grpc.client;

import io.dotkv.kernel.ports.Clock;
import io.dotkv.kernel.types.Update;
import io.dotkv.proto.replication.v1.ReplicationServiceGrpc;
import io.dotkv.proto.replication.v1.ReplicationServiceGrpc.ReplicationServiceStub;
import io.dotkv.proto.replication.v1.UpdateRequest;
import io.dotkv.replication.ContentResult;
import io.dotkv.replication.Failure;
import io.dotkv.replication.Operation;
import io.dotkv.replication.ReadResult;
import io.dotkv.replication.Replication;
import io.dotkv.replication.ScanResult;
import io.dotkv.replication.ScrubJob;
import io.dotkv.replication.ScrubListener;
import io.dotkv.replication.ScrubResult;
import io.dotkv.replication.WriteResult;
import io.dotkv.replication.grpc.codec.ClientCodec;
import io.dotkv.replication.grpc.codec.ClientUpdateCodec;
import io.dotkv.replication.grpc.codec.ScrubCodec;
import io.grpc.Channel;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/** The replication layer of another process. Closing the channel is up to whoever made it. */
public final class RemoteReplication implements Replication {
    private final ReplicationServiceStub stub;
    private final Clock clock;

    public RemoteReplication(Channel channel, Clock clock) {
        this.stub = ReplicationServiceGrpc.newStub(channel);
        this.clock = clock;
    }

    @Override
    public CompletionStage<WriteResult> write(Operation.Write write) {
        return switch (write.body()) {
            case Operation.Write.Typed(Update update) -> update(write, update);
            case Operation.Write.Replace replace -> replace(write);
        };
    }

    private CompletionStage<WriteResult> update(Operation.Write write, Update update) {
        Optional<UpdateRequest> request = ClientUpdateCodec.updateRequest(write, update);
        if (request.isEmpty()) {
            Failure failure = new Failure(
                    Failure.Reason.INVALID_REQUEST,
                    "The update was not sent: its steps are not in the order in which the service does them.");
            return CompletableFuture.completedFuture(new WriteResult.NotApplied(failure, 0, write.requestId()));
        }
        return call(
                write,
                (within, observer) -> within.update(request.get(), observer),
                ClientCodec::update,
                error -> ClientCodec.failedWrite(write, error));
    }

    private CompletionStage<WriteResult> replace(Operation.Write write) {
        return write.payload().isPresent()
                ? call(
                        write,
                        (within, observer) -> within.put(ClientCodec.putRequest(write), observer),
                        ClientCodec::put,
                        error -> ClientCodec.failedWrite(write, error))
                : call(
                        write,
                        (within, observer) -> within.delete(ClientCodec.deleteRequest(write), observer),
                        ClientCodec::delete,
                        error -> ClientCodec.failedWrite(write, error));
    }

    @Override
    public CompletionStage<ReadResult> read(Operation.Read read) {
        return call(
                read,
                (within, observer) -> within.get(ClientCodec.getRequest(read), observer),
                ClientCodec::answered,
                error -> new ReadResult.Failed(ClientCodec.failure(error)));
    }

    @Override
    public CompletionStage<ContentResult> content(Operation.Read read) {
        return call(
                read,
                (within, observer) -> within.read(ClientUpdateCodec.readRequest(read), observer),
                ClientUpdateCodec::answered,
                error -> new ContentResult.Failed(ClientCodec.failure(error)));
    }

    @Override
    public CompletionStage<ScanResult> scan(Operation.Scan scan) {
        return call(
                scan,
                (within, observer) -> within.scan(ClientCodec.scanRequest(scan), observer),
                ClientCodec::scanned,
                error -> new ScanResult.Failed(ClientCodec.failure(error)));
    }

    @Override
    public CompletionStage<ScrubResult> scrub(ScrubJob order, ScrubListener watcher) {
        RemoteScrub scrub = new RemoteScrub(watcher);
        stub.scrub(ScrubCodec.encode(order), scrub);
        return scrub.result();
    }

    /** Sends one unary request. */
    private interface Send<P> {
        void send(ReplicationServiceStub within, StreamObserver<P> observer);
    }

    private <P, R> CompletionStage<R> call(
            Operation operation, Send<P> send, Function<P, R> decode, Function<Throwable, R> failed) {
        CompletableFuture<R> result = new CompletableFuture<>();
        long leftNanos = operation.deadlineNanos() - clock.monotonicNanos();
        send.send(stub.withDeadlineAfter(leftNanos, TimeUnit.NANOSECONDS), new StreamObserver<>() {
            @Override
            public void onNext(P response) {
                complete(() -> decode.apply(response));
            }

            @Override
            public void onError(Throwable error) {
                complete(() -> failed.apply(error));
            }

            private void complete(Supplier<R> answer) {
                try {
                    result.complete(answer.get());
                } catch (IllegalArgumentException malformed) {
                    result.complete(failed.apply(malformed));
                }
            }

            @Override
            public void onCompleted() {
                result.complete(failed.apply(new IllegalStateException("the call ended without an answer")));
            }
        });
        return result;
    }
}
