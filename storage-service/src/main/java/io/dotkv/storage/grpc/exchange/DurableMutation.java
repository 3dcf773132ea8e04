package io.dotkv.storage.grpc.exchange;

import io.dotkv.kernel.Dot;
import io.dotkv.storage.Mutation;
import io.dotkv.storage.MutationListener;
import io.dotkv.storage.Outcome;
import io.dotkv.storage.Refusal;
import io.dotkv.storage.Requests;
import io.dotkv.storage.StampedWrite;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A mutation that is answered once, when it is durable, by its assignment. */
public final class DurableMutation implements MutationListener {
    private final Requests.Mutate request;
    private final CompletableFuture<Outcome<StampedWrite>> outcome = new CompletableFuture<>();
    private volatile @Nullable StampedWrite assignment;

    public DurableMutation(Requests.Mutate request) {
        this.request = request;
    }

    public CompletionStage<Outcome<StampedWrite>> outcome() {
        return outcome;
    }

    @Override
    public boolean isGivenUp() {
        return outcome.isCancelled();
    }

    @Override
    public void assigned(StampedWrite assigned) {
        assignment = assigned;
        if (isOfAnotherValue(assigned, request)) {
            outcome.complete(Outcome.refused(reusedRequestId(request)));
        }
    }

    @Override
    public void ended(Outcome<Long> ended) {
        StampedWrite assigned = assignment;
        switch (ended) {
            case Outcome.Done<Long> done ->
                outcome.complete(
                        assigned == null
                                ? Outcome.unknown("the storage said durable and assigned no dot")
                                : Outcome.done(assigned));
            case Outcome.Refused<Long> refused -> outcome.complete(Outcome.refused(refused.refusal()));
            case Outcome.Unknown<Long> unknown -> outcome.complete(Outcome.unknown(unknown.reason()));
        }
    }

    /**
     * Whether the known request id of this mutation stands for a write of another value, as far as can be told: the
     * value of the first try may not be current any more. Of an update nothing can be told: its leaves are not what the
     * client sent.
     */
    static boolean isOfAnotherValue(StampedWrite assigned, Requests.Mutate request) {
        if (!assigned.repeated() || request.mutation() instanceof Mutation.Typed) {
            return false;
        }
        Dot first = assigned.delta().events().getFirst();
        return assigned.delta().leaves().stream()
                .filter(leaf -> leaf.dot().equals(first))
                .anyMatch(leaf -> !request.payload().equals(Optional.of(leaf.payload())));
    }

    static Refusal reusedRequestId(Requests.Mutate request) {
        return new Refusal(
                Refusal.Reason.NOT_UNDERSTOOD,
                request.placement(),
                "the request id " + request.requestId()
                        + " was used before, for a write of another value; use a new one");
    }
}
