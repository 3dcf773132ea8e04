package io.dotkv.cluster.grpc;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The answer to a unary call, as a future. */
final class Reply<T> extends CompletableFuture<T> implements StreamObserver<T> {
    @Override
    public void onNext(T message) {
        complete(message);
    }

    @Override
    public void onError(@Nullable Throwable failure) {
        completeExceptionally(failure == null ? Status.UNKNOWN.asRuntimeException() : failure);
    }

    @Override
    public void onCompleted() {
        completeExceptionally(Status.INTERNAL.withDescription("no answer").asRuntimeException());
    }
}
