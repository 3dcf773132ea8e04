package io.dotkv.storage.grpc;

import io.dotkv.proto.storage.v1.ExchangeRequest;
import io.dotkv.proto.storage.v1.ExchangeResponse;
import io.dotkv.proto.storage.v1.Reply;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A client of the data path that takes no answer until it is told to. */
final class SlowReader implements ClientResponseObserver<ExchangeRequest, ExchangeResponse> {
    final List<Reply> replies = new ArrayList<>();
    private @Nullable ClientCallStreamObserver<ExchangeRequest> stream;

    ClientCallStreamObserver<ExchangeRequest> requests() {
        ClientCallStreamObserver<ExchangeRequest> current = stream;
        if (current == null) {
            throw new IllegalStateException("not started");
        }
        return current;
    }

    void takeAll() {
        requests().request(1_000_000);
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<ExchangeRequest> requests) {
        requests.disableAutoRequestWithInitial(0);
        stream = requests;
    }

    @Override
    public void onNext(ExchangeResponse response) {
        replies.addAll(response.getRepliesList());
    }

    @Override
    public void onError(Throwable failure) {}

    @Override
    public void onCompleted() {}
}
