package io.dotkv.wire;

import io.dotkv.kernel.encoding.MalformedException;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.stub.AbstractStub;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The result of a unary call to another process, as a future. Cancelling the future cancels the call.
 *
 * @param <M> the response
 * @param <R> the result
 */
public final class UnaryReply<M, R> extends CompletableFuture<R> implements ClientResponseObserver<Object, M> {
    private final Decode<M, R> decode;
    private final OnFailure<R> onFailure;

    /** Makes a result of a response. */
    @FunctionalInterface
    public interface Decode<M, R> {
        R decode(M response) throws MalformedException;
    }

    /** Makes a result of the failure of a call or of its decoding, or the exception with which the future ends. */
    @FunctionalInterface
    public interface OnFailure<R> {
        R result(Throwable failure) throws Exception;
    }

    public UnaryReply(Decode<M, R> decode, OnFailure<R> onFailure) {
        this.decode = decode;
        this.onFailure = onFailure;
    }

    /** Sends the request. The end of a call that is being served on this thread does not cancel this one. */
    public <S extends AbstractStub<S>, Q> UnaryReply<M, R> send(
            S stub, long timeoutNanos, Rpc<S, Q, M> rpc, Q request) {
        Context.ROOT.run(() -> rpc.send(stub.withDeadlineAfter(timeoutNanos, TimeUnit.NANOSECONDS), request, this));
        return this;
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<Object> call) {
        var _ = whenComplete((result, failure) -> {
            if (isCancelled()) {
                call.cancel("the caller cancelled the call", null);
            }
        });
    }

    @Override
    public void onNext(M response) {
        try {
            complete(decode.decode(response));
        } catch (MalformedException | RuntimeException e) {
            onError(e);
        }
    }

    @Override
    public void onError(@Nullable Throwable failure) {
        try {
            complete(onFailure.result(failure == null ? Status.UNKNOWN.asRuntimeException() : failure));
        } catch (Exception e) {
            completeExceptionally(e);
        }
    }

    @Override
    public void onCompleted() {
        if (!isDone()) {
            onError(Status.INTERNAL
                    .withDescription("the call ended without a response")
                    .asRuntimeException());
        }
    }
}
