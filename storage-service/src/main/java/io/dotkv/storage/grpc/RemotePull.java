package io.dotkv.storage.grpc;

import io.dotkv.kernel.encoding.MalformedException;
import io.dotkv.proto.storage.v1.PullRequest;
import io.dotkv.proto.storage.v1.PullResponse;
import io.dotkv.storage.Outcome;
import io.dotkv.storage.PullMessage;
import io.dotkv.storage.grpc.codec.PullCodec;
import io.dotkv.storage.grpc.codec.StorageStatus;
import io.dotkv.storage.grpc.exchange.ExchangePorts;
import io.dotkv.storage.grpc.exchange.IdleWatch;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A pull from another process: asks for a message when the one before has been taken. It has no deadline for the whole,
 * which may be gigabytes, but one for each wait.
 */
final class RemotePull implements ClientResponseObserver<PullRequest, PullResponse> {
    private final String peer;
    private final Function<PullMessage, CompletionStage<?>> taker;
    private final IdleWatch idle;
    private final CompletableFuture<Outcome<Integer>> outcome = new CompletableFuture<>();
    private volatile @Nullable ClientCallStreamObserver<PullRequest> stream;
    private int messagesTaken;
    private boolean taking;
    private boolean allSent;

    RemotePull(
            String peer, Function<PullMessage, CompletionStage<?>> taker, ExchangePorts ports, Duration longestWait) {
        this.peer = peer;
        this.taker = taker;
        idle = new IdleWatch(
                ports.clock(),
                ports.scheduler(),
                longestWait,
                () -> giveUp("the storage at " + peer + " sent nothing more for " + longestWait));
    }

    CompletionStage<Outcome<Integer>> outcome() {
        return outcome;
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<PullRequest> requests) {
        requests.disableAutoRequestWithInitial(1);
        stream = requests;
        idle.begin();
    }

    @Override
    public void onNext(PullResponse response) {
        idle.end();
        synchronized (this) {
            taking = true;
        }
        try {
            taker.apply(PullCodec.decode(response)).whenComplete((any, failure) -> {
                if (failure == null) {
                    taken();
                } else {
                    giveUp("a message of the pull from " + peer + " was not taken: " + failure);
                }
            });
        } catch (MalformedException e) {
            giveUp("the storage at " + peer + " sent nonsense: " + e.getMessage());
        } catch (RuntimeException e) {
            giveUp("a message of the pull from " + peer + " was not taken: " + e);
        }
    }

    private void taken() {
        boolean last;
        synchronized (this) {
            taking = false;
            messagesTaken++;
            last = allSent;
        }
        ClientCallStreamObserver<PullRequest> current = stream;
        if (last) {
            finish();
        } else if (current != null && !outcome.isDone()) {
            idle.begin();
            current.request(1);
        }
    }

    private void finish() {
        int messages;
        synchronized (this) {
            messages = messagesTaken;
        }
        outcome.complete(Outcome.done(messages));
    }

    private void giveUp(String why) {
        outcome.complete(Outcome.unknown(why));
        idle.end();
        ClientCallStreamObserver<PullRequest> current = stream;
        if (current != null) {
            current.cancel(why, null);
        }
    }

    @Override
    public void onError(Throwable failure) {
        idle.end();
        outcome.complete(StorageStatus.outcome(failure, peer, true));
    }

    @Override
    public void onCompleted() {
        idle.end();
        boolean last;
        synchronized (this) {
            allSent = true;
            last = !taking;
        }
        if (last) {
            finish();
        }
    }
}
