package io.dotkv.storage.grpc;

import io.dotkv.kernel.encoding.MalformedException;
import io.dotkv.storage.Outcome;
import io.dotkv.storage.grpc.codec.StorageStatus;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.concurrent.CompletableFuture;

/** The answer of a unary rpc on its way to becoming an outcome. Who cancels the outcome cancels the rpc. */
final class UnaryAnswer<M, T> implements ClientResponseObserver<Object, M> {
    /** Makes an outcome of a message. */
    @FunctionalInterface
    interface Decoder<M, T> {
        Outcome<T> decode(M message) throws MalformedException;
    }

    private final String peer;
    private final boolean readOnly;
    private final Decoder<M, T> decoder;
    private final CompletableFuture<Outcome<T>> outcome = new CompletableFuture<>();

    UnaryAnswer(String peer, boolean readOnly, Decoder<M, T> decoder) {
        this.peer = peer;
        this.readOnly = readOnly;
        this.decoder = decoder;
    }

    CompletableFuture<Outcome<T>> outcome() {
        return outcome;
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<Object> call) {
        var _ = outcome.whenComplete((ended, failure) -> {
            if (outcome.isCancelled()) {
                call.cancel("the caller cancelled the call", null);
            }
        });
    }

    @Override
    public void onNext(M message) {
        try {
            outcome.complete(decoder.decode(message));
        } catch (MalformedException e) {
            outcome.complete(Outcome.unknown("the storage at " + peer + " answered nonsense: " + e.getMessage()));
        }
    }

    @Override
    public void onError(Throwable failure) {
        outcome.complete(StorageStatus.outcome(failure, peer, readOnly));
    }

    @Override
    public void onCompleted() {
        outcome.complete(Outcome.unknown("the storage at " + peer + " ended the call without an answer"));
    }
}
