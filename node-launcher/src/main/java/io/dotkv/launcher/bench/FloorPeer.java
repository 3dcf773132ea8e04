package io.dotkv.launcher.bench;

import io.dotkv.proto.storage.v1.Call;
import io.dotkv.proto.storage.v1.ExchangeRequest;
import io.dotkv.proto.storage.v1.ExchangeResponse;
import io.dotkv.proto.storage.v1.Reply;
import io.dotkv.proto.storage.v1.StorageServiceGrpc;
import io.grpc.Channel;
import io.grpc.stub.StreamObserver;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The way of a floor node to one other: one stream, whose messages carry all calls that came up since the last one.
 * Touched from the event loop only.
 */
final class FloorPeer implements StreamObserver<ExchangeResponse> {
    private final Channel channel;
    private final Executor loop;
    private final Map<Long, Runnable> waiting = new HashMap<>();
    private ExchangeRequest.Builder batch = ExchangeRequest.newBuilder();
    private @Nullable StreamObserver<ExchangeRequest> stream;
    private long lastId;

    FloorPeer(Channel channel, Executor loop) {
        this.channel = channel;
        this.loop = loop;
    }

    /** Makes a call; the task runs when it is answered. */
    void call(Call.Builder call, Runnable answered) {
        long id = ++lastId;
        waiting.put(id, answered);
        batch.addCalls(call.setId(id));
        if (batch.getCallsCount() == 1) {
            loop.execute(this::flush);
        }
    }

    private void flush() {
        StreamObserver<ExchangeRequest> now = stream;
        if (now == null) {
            now = StorageServiceGrpc.newStub(channel).withWaitForReady().exchange(this);
            stream = now;
        }
        ExchangeRequest request = batch.build();
        batch = ExchangeRequest.newBuilder();
        now.onNext(request);
    }

    @Override
    public void onNext(ExchangeResponse response) {
        for (Reply reply : response.getRepliesList()) {
            Runnable answered = waiting.remove(reply.getId());
            if (answered != null) {
                answered.run();
            }
        }
    }

    @Override
    public void onError(Throwable broken) {
        stream = null;
        waiting.clear();
    }

    @Override
    public void onCompleted() {
        stream = null;
    }
}
