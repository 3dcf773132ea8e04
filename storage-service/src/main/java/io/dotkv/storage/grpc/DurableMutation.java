package io.dotkv.storage.grpc;

import io.dotkv.storage.Assignment;
import io.dotkv.storage.MutationListener;
import io.dotkv.storage.Outcome;
import io.dotkv.storage.Refusal;
import io.dotkv.storage.Requests;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A mutation that is answered once, when it is durable, by its assignment. */
final class DurableMutation implements MutationListener {
    private final Requests.Mutate request;
    private final CompletableFuture<Outcome<Assignment>> outcome = new CompletableFuture<>();
    private volatile @Nullable Assignment assignment;

    DurableMutation(Requests.Mutate request) {
        this.request = request;
    }

    CompletionStage<Outcome<Assignment>> outcome() {
        return outcome;
    }

    @Override
    public void assigned(Assignment assigned) {
        assignment = assigned;
        if (isOfAnotherValue(assigned, request)) {
            outcome.complete(Outcome.refused(reusedRequestId(request)));
        }
    }

    @Override
    public void ended(Outcome<Long> ended) {
        Assignment assigned = assignment;
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
     * Whether the known request id of this mutation stands for a write of another value. The answer carries no value: the client
     * would carry its own under the dot of the other to the rest of the replicas, and one dot would label two values.
     */
    static boolean isOfAnotherValue(Assignment assigned, Requests.Mutate request) {
        if (!assigned.repeated()) {
            return false;
        }
        var leaves = assigned.delta().leaves();
        return !assigned.delta().key().equals(request.key())
                || leaves.isEmpty() == request.payload().isPresent()
                || (!leaves.isEmpty()
                        && !leaves.getFirst().payload().equals(request.payload().orElseThrow()));
    }

    static Refusal reusedRequestId(Requests.Mutate request) {
        return new Refusal(
                Refusal.Reason.NOT_UNDERSTOOD,
                request.placement(),
                "the request id " + request.requestId()
                        + " was used before, for a write of another value; use a new one");
    }
}
