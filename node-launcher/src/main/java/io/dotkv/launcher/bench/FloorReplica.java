package io.dotkv.launcher.bench;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.dotkv.proto.storage.v1.ActorDots;
import io.dotkv.proto.storage.v1.Applied;
import io.dotkv.proto.storage.v1.Call;
import io.dotkv.proto.storage.v1.Dot;
import io.dotkv.proto.storage.v1.DotSet;
import io.dotkv.proto.storage.v1.ExchangeRequest;
import io.dotkv.proto.storage.v1.ExchangeResponse;
import io.dotkv.proto.storage.v1.Leaf;
import io.dotkv.proto.storage.v1.Reply;
import io.dotkv.proto.storage.v1.Row;
import io.dotkv.proto.storage.v1.StorageServiceGrpc.StorageServiceImplBase;
import io.grpc.stub.StreamObserver;
import java.util.SplittableRandom;

/** A replica that only acknowledges: it answers every apply as durable, and every read with one and the same row. */
final class FloorReplica extends StorageServiceImplBase {
    static final Dot DOT =
            Dot.newBuilder().setNode(1).setBoot(1).setCounter(123_456).build();
    static final DotSet CONTEXT = DotSet.newBuilder()
            .addActors(ActorDots.newBuilder().setNode(1).setBoot(1).addRuns(123_456))
            .build();

    private final Row row;

    FloorReplica(int valueBytes) {
        byte[] value = new byte[valueBytes];
        new SplittableRandom(1).nextBytes(value);
        ByteString payload = UnsafeByteOperations.unsafeWrap(value);
        row = Row.newBuilder()
                .addLeaves(Leaf.newBuilder().setDot(DOT).setTime(1L << 50).setPayload(payload))
                .setContext(CONTEXT)
                .build();
    }

    /** The row that every read finds. */
    Row row() {
        return row;
    }

    @Override
    public StreamObserver<ExchangeRequest> exchange(StreamObserver<ExchangeResponse> answers) {
        return new StreamObserver<>() {
            @Override
            public void onNext(ExchangeRequest request) {
                ExchangeResponse.Builder response = ExchangeResponse.newBuilder();
                for (Call call : request.getCallsList()) {
                    response.addReplies(answer(call));
                }
                answers.onNext(response.build());
            }

            @Override
            public void onError(Throwable broken) {
                // The coordinator has gone; there is nobody to tell.
            }

            @Override
            public void onCompleted() {
                answers.onCompleted();
            }
        };
    }

    private Reply answer(Call call) {
        Reply.Builder reply = Reply.newBuilder().setId(call.getId());
        return call.hasRead()
                ? reply.setRow(row).build()
                : reply.setDurable(Applied.newBuilder().setPlacement(1)).build();
    }
}
