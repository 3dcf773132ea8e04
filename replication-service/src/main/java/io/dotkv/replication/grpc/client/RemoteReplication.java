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
import io.dotkv.wire.Rpc;
import io.dotkv.wire.UnaryReply;
import io.grpc.Channel;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

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
                ReplicationServiceStub::update,
                request.get(),
                ClientCodec::update,
                error -> ClientCodec.failedWrite(write, error));
    }

    private CompletionStage<WriteResult> replace(Operation.Write write) {
        return write.payload().isPresent()
                ? call(
                        write,
                        ReplicationServiceStub::put,
                        ClientCodec.putRequest(write),
                        ClientCodec::put,
                        error -> ClientCodec.failedWrite(write, error))
                : call(
                        write,
                        ReplicationServiceStub::delete,
                        ClientCodec.deleteRequest(write),
                        ClientCodec::delete,
                        error -> ClientCodec.failedWrite(write, error));
    }

    @Override
    public CompletionStage<ReadResult> read(Operation.Read read) {
        return call(
                read,
                ReplicationServiceStub::get,
                ClientCodec.getRequest(read),
                ClientCodec::answered,
                error -> new ReadResult.Failed(ClientCodec.failure(error)));
    }

    @Override
    public CompletionStage<ContentResult> content(Operation.Read read) {
        return call(
                read,
                ReplicationServiceStub::read,
                ClientUpdateCodec.readRequest(read),
                ClientUpdateCodec::answered,
                error -> new ContentResult.Failed(ClientCodec.failure(error)));
    }

    @Override
    public CompletionStage<ScanResult> scan(Operation.Scan scan) {
        return call(
                scan,
                ReplicationServiceStub::scan,
                ClientCodec.scanRequest(scan),
                ClientCodec::scanned,
                error -> new ScanResult.Failed(ClientCodec.failure(error)));
    }

    @Override
    public CompletionStage<ScrubResult> scrub(ScrubJob job, ScrubListener listener) {
        RemoteScrub scrub = new RemoteScrub(listener);
        stub.scrub(ScrubCodec.encode(job), scrub);
        return scrub.result();
    }

    private <Q, M, R> CompletionStage<R> call(
            Operation operation,
            Rpc<ReplicationServiceStub, Q, M> rpc,
            Q request,
            UnaryReply.Decode<M, R> decode,
            UnaryReply.OnFailure<R> failed) {
        long leftNanos = operation.deadlineNanos() - clock.monotonicNanos();
        return new UnaryReply<>(decode, failed).send(stub, leftNanos, rpc, request);
    }
}
