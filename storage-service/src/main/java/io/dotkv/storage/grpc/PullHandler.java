package io.dotkv.storage.grpc;

import io.dotkv.proto.storage.v1.PullResponse;
import io.dotkv.storage.Outcome;
import io.dotkv.storage.PullMessage;
import io.dotkv.storage.Requests;
import io.dotkv.storage.Storage;
import io.dotkv.storage.grpc.codec.PullCodec;
import io.dotkv.storage.grpc.codec.StorageStatus;
import io.dotkv.storage.grpc.exchange.ExchangePorts;
import io.dotkv.storage.grpc.exchange.IdleWatch;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The serving side of a pull: sends a message when the transport is ready for it, so that a slow puller slows the
 * storage down instead of filling memory, and ends a pull whose puller takes nothing any more.
 */
final class PullHandler {
    private static final Logger LOG = LoggerFactory.getLogger(PullHandler.class);
    private static final CompletionStage<?> READY = CompletableFuture.completedFuture(true);

    private final ServerCallStreamObserver<PullResponse> responses;
    private final boolean sharesBase;
    private final IdleWatch idle;
    private final AtomicReference<@Nullable CompletableFuture<Object>> waiting = new AtomicReference<>();
    private final AtomicBoolean over = new AtomicBoolean();

    /** @param sharesBase whether the puller takes rows without what their contexts have in common */
    PullHandler(
            ServerCallStreamObserver<PullResponse> responses,
            boolean sharesBase,
            ExchangePorts ports,
            Duration longestWait) {
        this.responses = responses;
        this.sharesBase = sharesBase;
        idle = new IdleWatch(
                ports.clock(),
                ports.scheduler(),
                longestWait,
                () -> stop(Status.DEADLINE_EXCEEDED.withDescription("the puller took nothing for " + longestWait)));
    }

    void begin(Storage storage, Requests.Pull pull) {
        responses.setOnReadyHandler(this::ready);
        responses.setOnCancelHandler(() -> stop(null));
        try {
            storage.pull(pull, this::send).whenComplete((outcome, failure) -> {
                if (failure == null) {
                    finish(outcome);
                } else {
                    fail(failure);
                }
            });
        } catch (RuntimeException e) {
            fail(e);
        }
    }

    private CompletionStage<?> send(PullMessage message) {
        if (over.get()) {
            return CompletableFuture.failedFuture(new CancellationException("the puller is gone"));
        }
        // The time-out of an idle pull is on another thread than the storage.
        synchronized (responses) {
            if (!over.get()) {
                responses.onNext(PullCodec.encode(message, sharesBase));
            }
        }
        if (responses.isReady()) {
            return READY;
        }
        CompletableFuture<Object> next = new CompletableFuture<>();
        waiting.set(next);
        idle.begin();
        if (over.get() || responses.isReady()) {
            ready();
        }
        return next;
    }

    private void ready() {
        CompletableFuture<Object> next = waiting.getAndSet(null);
        if (next != null) {
            idle.end();
            if (over.get()) {
                next.completeExceptionally(new CancellationException("the puller is gone"));
            } else {
                next.complete(true);
            }
        }
    }

    /** Ends the pull from outside of the storage; it learns of it with the next message. */
    private void stop(@Nullable Status status) {
        if (over.compareAndSet(false, true)) {
            if (status != null) {
                synchronized (responses) {
                    responses.onError(status.asException());
                }
            }
            ready();
        }
    }

    private void finish(Outcome<Integer> outcome) {
        if (!over.compareAndSet(false, true)) {
            return;
        }
        switch (outcome) {
            case Outcome.Done<Integer> done -> responses.onCompleted();
            case Outcome.Refused<Integer> refused -> responses.onError(StorageStatus.of(refused.refusal()));
            case Outcome.Unknown<Integer> unknown -> responses.onError(StorageStatus.unknown(unknown.reason()));
        }
    }

    private void fail(Throwable failure) {
        if (over.compareAndSet(false, true)) {
            LOG.error("The storage failed to serve a pull.", failure);
            responses.onError(Status.INTERNAL
                    .withDescription("the storage failed to serve the pull: " + failure)
                    .asException());
        }
    }
}
