package io.dotkv.replication.request;

import io.dotkv.kernel.Delta;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.PartitionId;
import io.dotkv.replication.ContextToken;
import io.dotkv.replication.Failure;
import io.dotkv.replication.Operation;
import io.dotkv.replication.WriteResult;
import io.dotkv.replication.route.AckTracker;
import io.dotkv.replication.route.AckTracker.State;
import io.dotkv.replication.route.Candidates;
import io.dotkv.replication.route.FailureMessages;
import io.dotkv.replication.route.TokenCodec;
import io.dotkv.storage.Outcome;
import io.dotkv.storage.Refusal;
import io.dotkv.storage.StampedWrite;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One put, delete or update, from the client's request until its last replica has answered.
 *
 * <p>One replica, the first that takes it, assigns the dot; the delta then goes to all others that are reachable while
 * the first makes it durable; the client is answered when as many as the level asks for have made it durable. After a
 * refusal, which means that nothing was left behind, the next replica is asked to assign; after an unknown outcome
 * never, since then two dots might be assigned for one write.
 *
 * <p>The answer does not end it: a dot that is assigned late is still carried to the others, so that a write that is
 * somewhere becomes a write that is everywhere.
 *
 * <p>Each event returns the effects to carry out, in order. One thread at a time.
 */
final class WriteCoordination {
    private final Operation.Write write;
    private final Candidates candidates;
    private final PartitionId partition;
    private final TokenCodec tokens;
    private final AckTracker acks;
    private long reachable;
    private int coordinator;
    private @Nullable StampedWrite assignment;
    private boolean answered;

    WriteCoordination(Operation.Write write, Candidates candidates, PartitionId partition, TokenCodec tokens) {
        this.write = write;
        this.candidates = candidates;
        this.partition = partition;
        this.tokens = tokens;
        this.acks = new AckTracker(candidates.count(), candidates.required());
        this.reachable = candidates.reachable();
    }

    /** The request has come in. */
    List<WriteEffect> start() {
        if (answered) {
            // Given up before it could begin.
            return List.of();
        }
        if (candidates.required() > candidates.count()) {
            return notApplied(FailureMessages.levelImpossible(subject(), candidates));
        }
        return Long.bitCount(reachable) < candidates.required()
                ? notApplied(FailureMessages.tooFew(subject(), candidates, reachable))
                : askToCoordinate(Long.numberOfTrailingZeros(reachable));
    }

    /** The coordinating replica has assigned a dot. */
    List<WriteEffect> assigned(StampedWrite made) {
        assignment = made;
        List<WriteEffect> effects = new ArrayList<>(candidates.count());
        for (int replica = 0; replica < candidates.count(); replica++) {
            if (replica == coordinator) {
                continue;
            }
            if ((reachable >>> replica & 1) != 0) {
                effects.add(new WriteEffect.Apply(replica, made.delta()));
            } else {
                acks.failed(replica);
                effects.add(new WriteEffect.Unconfirmed(replica));
            }
        }
        judge("the others cannot be reached", effects);
        return effects;
    }

    /** The coordinating replica has finished with the mutation. */
    List<WriteEffect> ended(Outcome<Long> outcome) {
        if (assignment != null) {
            return settled(coordinator, outcome);
        }
        return switch (outcome) {
            case Outcome.Refused<Long>(Refusal refusal) -> coordinatorRefused(refusal);
            case Outcome.Unknown<Long>(String reason) -> {
                acks.failed(coordinator);
                yield unknown(candidates.nodes().get(coordinator) + ": " + reason);
            }
            case Outcome.Done<Long> done ->
                throw new IllegalStateException("a mutation is durable without a dot, at placement " + done.value());
        };
    }

    /** A replica has finished with the delta. */
    List<WriteEffect> applied(int replica, Outcome<Long> outcome) {
        return settled(replica, outcome);
    }

    /** The deadline has passed, or the caller has given the write up. */
    List<WriteEffect> expired() {
        if (answered) {
            return List.of();
        }
        return answer(new WriteResult.Unknown(
                FailureMessages.unknownAtDeadline(subject(), candidates, acks, write.requestId()),
                candidates.which(acks::isDone),
                candidates.required(),
                write.requestId(),
                dot()));
    }

    private List<WriteEffect> coordinatorRefused(Refusal refusal) {
        boolean elsewhere = mayBeTriedElsewhere(refusal.reason());
        if (elsewhere && refusal.reason() == Refusal.Reason.UNREACHABLE) {
            reachable &= ~(1L << coordinator);
        }
        if (answered) {
            return List.of();
        }
        if (elsewhere && Long.bitCount(reachable) < candidates.required()) {
            return notApplied(FailureMessages.tooFew(subject(), candidates, reachable));
        }
        long next = reachable & -(2L << coordinator);
        return elsewhere && next != 0
                ? askToCoordinate(Long.numberOfTrailingZeros(next))
                : notApplied(
                        FailureMessages.refused(subject(), candidates.nodes().get(coordinator), refusal));
    }

    /** Whether the refusal is about the replica and not about the request. */
    private static boolean mayBeTriedElsewhere(Refusal.Reason reason) {
        return switch (reason) {
            case RETIRED,
                    NOT_A_REPLICA,
                    NO_ACTOR,
                    NOT_VOTING,
                    OVERLOADED,
                    DAMAGED,
                    ENGINE_FAILED,
                    WRONG_IDENTITY,
                    STOPPING,
                    UNREACHABLE,
                    NOT_UNDERSTOOD -> true;
            case STALE_PLACEMENT, EXPIRED, CONTEXT_FROM_NOWHERE, TOO_MANY_SIBLINGS, CHANGE_IMPOSSIBLE -> false;
        };
    }

    private List<WriteEffect> askToCoordinate(int replica) {
        coordinator = replica;
        return List.of(new WriteEffect.Mutate(replica));
    }

    private List<WriteEffect> settled(int replica, Outcome<Long> outcome) {
        return switch (outcome) {
            case Outcome.Done<Long> done -> {
                acks.done(replica);
                yield acks.state() == State.SATISFIED && !answered ? applied() : List.of();
            }
            case Outcome.Refused<Long>(Refusal refusal) -> unconfirmed(replica, refusal.detail());
            case Outcome.Unknown<Long>(String reason) -> unconfirmed(replica, reason);
        };
    }

    private List<WriteEffect> unconfirmed(int replica, String reason) {
        acks.failed(replica);
        List<WriteEffect> effects = new ArrayList<>(2);
        effects.add(new WriteEffect.Unconfirmed(replica));
        judge(candidates.nodes().get(replica) + ": " + reason, effects);
        return effects;
    }

    private void judge(String last, List<WriteEffect> effects) {
        if (acks.state() == State.IMPOSSIBLE && !answered) {
            effects.addAll(unknown(last));
        }
    }

    private List<WriteEffect> applied() {
        StampedWrite made = Objects.requireNonNull(assignment);
        boolean isUpdate = write.body() instanceof Operation.Write.Typed;
        return answer(new WriteResult.Applied(
                isUpdate ? ContextToken.NONE : tokens.context(partition, shownTo(made)),
                made.replaced(),
                candidates.which(acks::isDone),
                write.requestId(),
                dot()));
    }

    /**
     * What the client is told that it covers. The delta of an earlier try is the whole row of today; what has come
     * beside it is left out, since the client has not seen it, and the next put with this context must not replace it.
     */
    private static DotSet shownTo(StampedWrite made) {
        Delta delta = made.delta();
        if (!made.repeated()) {
            return delta.context();
        }
        Dot own = delta.events().getFirst();
        List<Dot> others = delta.leaves().stream()
                .map(Leaf::dot)
                .filter(dot -> !dot.equals(own))
                .toList();
        return delta.context().sparing(DotSet.of(others));
    }

    private List<WriteEffect> unknown(String last) {
        return answered
                ? List.of()
                : answer(new WriteResult.Unknown(
                        FailureMessages.unknown(subject(), candidates, acks, write.requestId(), last),
                        candidates.which(acks::isDone),
                        candidates.required(),
                        write.requestId(),
                        dot()));
    }

    private List<WriteEffect> notApplied(Failure failure) {
        return answer(new WriteResult.NotApplied(failure, candidates.required(), write.requestId()));
    }

    private List<WriteEffect> answer(WriteResult result) {
        answered = true;
        return List.of(new WriteEffect.Answer(result));
    }

    private Optional<Dot> dot() {
        return assignment == null
                ? Optional.empty()
                : Optional.of(assignment.delta().events().getFirst());
    }

    private String subject() {
        return FailureMessages.subject(write);
    }
}
