package io.dotkv.storage.grpc;

import io.dotkv.kernel.encoding.MalformedException;
import io.dotkv.storage.Outcome;
import io.dotkv.storage.Refusal;
import io.dotkv.storage.grpc.codec.StorageStatus;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers a unary rpc: decode and call, encode the outcome or map it to a status. */
final class Answering {
    private static final Logger LOG = LoggerFactory.getLogger(Answering.class);

    private Answering() {}

    /** Decodes a request and begins the call. */
    @FunctionalInterface
    interface Begin<T> {
        CompletionStage<Outcome<T>> begin() throws MalformedException;
    }

    /**
     * Begins a call and answers when it has ended.
     *
     * @param refused makes the response of a refusal; null when the response has no room for one
     */
    public static <T, M> void begin(
            StreamObserver<M> observer, Begin<T> call, Function<T, M> done, @Nullable Function<Refusal, M> refused) {
        AtomicBoolean cancelled = new AtomicBoolean();
        AtomicReference<@Nullable CompletionStage<?>> begun = new AtomicReference<>();
        if (observer instanceof ServerCallStreamObserver<M> serverCall) {
            // With a handler, an answer to a call that was cancelled is dropped instead of throwing.
            serverCall.setOnCancelHandler(() -> {
                cancelled.set(true);
                giveUp(begun.get());
            });
        }
        try {
            CompletionStage<Outcome<T>> stage = call.begin();
            begun.set(stage);
            if (cancelled.get()) {
                giveUp(stage);
            }
            var _ = stage.whenComplete((outcome, failure) -> {
                if (failure == null) {
                    answer(observer, outcome, done, refused);
                } else if (!cancelled.get()) {
                    fail(observer, failure);
                }
            });
        } catch (MalformedException e) {
            observer.onError(StorageStatus.of(e));
        } catch (RuntimeException e) {
            fail(observer, e);
        }
    }

    /** Nobody waits any more: what is not begun is not to be. */
    private static void giveUp(@Nullable CompletionStage<?> stage) {
        if (stage != null) {
            stage.toCompletableFuture().cancel(false);
        }
    }

    private static <T, M> void answer(
            StreamObserver<M> observer,
            Outcome<T> outcome,
            Function<T, M> done,
            @Nullable Function<Refusal, M> refused) {
        switch (outcome) {
            case Outcome.Done<T> result -> send(observer, done.apply(result.value()));
            case Outcome.Refused<T> result -> {
                if (refused == null) {
                    observer.onError(StorageStatus.of(result.refusal()));
                } else {
                    send(observer, refused.apply(result.refusal()));
                }
            }
            case Outcome.Unknown<T> result -> observer.onError(StorageStatus.unknown(result.reason()));
        }
    }

    private static <M> void send(StreamObserver<M> observer, M message) {
        observer.onNext(message);
        observer.onCompleted();
    }

    private static void fail(StreamObserver<?> observer, Throwable failure) {
        LOG.error("The storage failed to answer a call; its outcome is unknown.", failure);
        observer.onError(Status.INTERNAL
                .withDescription("the storage failed to answer; the outcome is unknown: " + failure)
                .asException());
    }
}
