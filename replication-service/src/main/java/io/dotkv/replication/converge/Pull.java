package io.dotkv.replication.converge;

import io.dotkv.kernel.PartitionId;
import io.dotkv.replication.route.ReplicaClient;
import io.dotkv.storage.Outcome;
import io.dotkv.storage.PartitionClock;
import io.dotkv.storage.PullMessage;
import io.dotkv.storage.Refusal;
import io.dotkv.storage.Requests;
import io.dotkv.storage.Storage;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * One pull: the own clocks go to the peer, what it answers goes into the own storage, one message after the other. So
 * it holds one message in memory, whatever is missing.
 *
 * <p>What a pull has brought in stays when it breaks off: each message stands for itself, and the storage believes the
 * end of an answer only when it has taken all of it.
 *
 * <p>Answers come on any thread.
 */
final class Pull {
    private final Storage own;
    private final Storage peer;
    private final Consumer<Ended> onEnd;
    private final AtomicBoolean ended = new AtomicBoolean();
    private final AtomicLong events = new AtomicLong();
    private final AtomicLong messages = new AtomicLong();
    private volatile boolean allVote = true;
    private volatile boolean ownForgot;
    private volatile String trouble = "";

    /**
     * How a pull ended.
     *
     * @param events how many events it brought that were missing
     * @param trouble what went wrong, in words; empty when nothing did
     * @param allVote whether all own partitions that it was about vote
     * @param ownForgot whether the own storage said that it does not know who it is
     */
    record Ended(long events, String trouble, boolean allVote, boolean ownForgot) {}

    Pull(Storage own, Storage peer, Consumer<Ended> onEnd) {
        this.own = own;
        this.peer = peer;
        this.onEnd = onEnd;
    }

    void start(long placement, int ownNumber, Set<PartitionId> shared) {
        ReplicaClient.onEnd(own.clocks(shared), outcome -> {
            switch (outcome) {
                case Outcome.Done<List<PartitionClock>>(List<PartitionClock> clocks) -> {
                    allVote = clocks.stream().allMatch(PartitionClock::voting);
                    ReplicaClient.onEnd(
                            peer.pull(new Requests.Pull(placement, ownNumber, clocks), this::take), this::end);
                }
                case Outcome.Refused<List<PartitionClock>>(Refusal refusal) -> {
                    ownForgot = refusal.reason() == Refusal.Reason.NO_ACTOR;
                    end(Outcome.unknown("the local storage does not report its clocks: " + refusal.detail()));
                }
                case Outcome.Unknown<List<PartitionClock>>(String reason) ->
                    end(Outcome.unknown("the local storage does not report its clocks: " + reason));
            }
        });
    }

    /** Grows with each message: a pull for which it does not has stalled. */
    long progress() {
        return messages.get();
    }

    /** Ends it now; the peer is told at its next message. */
    void giveUp(String why) {
        end(Outcome.unknown(why));
    }

    private CompletionStage<?> take(PullMessage message) {
        messages.incrementAndGet();
        if (ended.get()) {
            return CompletableFuture.failedFuture(new CancellationException("the pull was given up"));
        }
        if (message instanceof PullMessage.Unavailable unavailable) {
            trouble = "partition " + unavailable.partition() + ": "
                    + unavailable.refusal().detail();
            return CompletableFuture.completedFuture(null);
        }
        return own.absorb(message).thenAccept(this::absorbed);
    }

    private void absorbed(Outcome<Integer> outcome) {
        switch (outcome) {
            case Outcome.Done<Integer>(Integer news) -> events.addAndGet(news);
            case Outcome.Refused<Integer>(Refusal refusal) ->
                trouble = "the local storage does not accept the pulled data: " + refusal.detail();
            case Outcome.Unknown<Integer>(String reason) ->
                trouble = "the local storage does not accept the pulled data: " + reason;
        }
    }

    private void end(Outcome<Integer> outcome) {
        if (!ended.compareAndSet(false, true)) {
            return;
        }
        String how = switch (outcome) {
            case Outcome.Done<Integer> done -> trouble;
            case Outcome.Refused<Integer>(Refusal refusal) -> refusal.detail();
            case Outcome.Unknown<Integer>(String reason) -> reason;
        };
        onEnd.accept(new Ended(events.get(), how, allVote, ownForgot));
    }
}
