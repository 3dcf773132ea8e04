package io.dotkv.storage.local;

import io.dotkv.kernel.Actor;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.types.Addition;
import io.dotkv.kernel.types.ImpossibleChangeException;
import io.dotkv.kernel.types.Update;
import io.dotkv.storage.Mutation;
import io.dotkv.storage.MutationListener;
import io.dotkv.storage.Outcome;
import io.dotkv.storage.Refusal;
import io.dotkv.storage.Requests;
import io.dotkv.storage.StampedWrite;
import io.dotkv.storage.WriteId;
import io.dotkv.storage.replica.Quarantine;
import io.dotkv.storage.replica.Replica;
import io.dotkv.storage.replica.store.DamagedRowException;
import io.dotkv.storage.shard.Task;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A mutation on its way through a shard. */
final class MutateTask implements Task {
    private static final Logger LOG = LoggerFactory.getLogger(MutateTask.class);

    private final ShardState shard;
    private final StorageState state;
    private final Actor actor;
    private final Replica replica;
    private final Quarantine quarantine;
    private final Requests.Mutate request;
    private final MutationListener listener;
    private @Nullable StampedWrite stamped;

    /**
     * Whether the event goes out only when it is durable. That of an earlier try does, since it goes with its whole
     * row. And an addition does: its leaf has the additions before it, and if it were lost here and came back by
     * others, nobody would know what this try had added, to give it back when another try counts.
     */
    private boolean durableFirst;

    MutateTask(
            ShardState shard,
            StorageState state,
            Actor actor,
            Replica replica,
            Quarantine quarantine,
            Requests.Mutate request,
            MutationListener listener) {
        this.shard = shard;
        this.state = state;
        this.actor = actor;
        this.replica = replica;
        this.quarantine = quarantine;
        this.request = request;
        this.listener = listener;
    }

    @Override
    public long sizeBytes() {
        return 200L + request.key().bytes().length() + request.mutation().sizeBytes();
    }

    @Override
    public @Nullable Replica stage() {
        try {
            Refusal refusal = check();
            if (refusal != null) {
                end(Outcome.refused(refusal));
                return null;
            }
            WriteId name = WriteId.of(request.requestId(), request.key());
            List<Dot> known = replica.known(name);
            stamped = known.isEmpty() ? mutate(name) : replica.repeat(known, request.key());
            durableFirst = !known.isEmpty() || addsToCounter();
            return replica;
        } catch (DamagedRowException e) {
            quarantine.note(e.key());
            return refused(Refusal.Reason.DAMAGED, e);
        } catch (ImpossibleChangeException e) {
            return refused(Refusal.Reason.CHANGE_IMPOSSIBLE, e);
        }
    }

    private boolean addsToCounter() {
        return request.mutation() instanceof Mutation.Typed(Update update)
                && !Addition.of(update).isEmpty();
    }

    private StampedWrite mutate(@Nullable WriteId name) throws DamagedRowException, ImpossibleChangeException {
        return switch (request.mutation()) {
            case Mutation.Replace replace ->
                replica.mutate(
                        actor,
                        shard.nextTime(),
                        request.key(),
                        replace.payload().isPresent() ? replace.payload().get() : null,
                        replace.context(),
                        name);
            case Mutation.Typed typed ->
                replica.update(actor, shard.nextTime(), request.key(), typed.update(), shard.keyLimits(), name);
        };
    }

    private @Nullable Replica refused(Refusal.Reason reason, Exception why) {
        end(Outcome.refused(state.refuse(reason, String.valueOf(why.getMessage()))));
        return null;
    }

    private @Nullable Refusal check() throws DamagedRowException {
        if (shard.isExpired(request.deadlineNanos())) {
            return state.expired();
        }
        if (replica.isClosed(actor)) {
            return state.superseded(actor);
        }
        if (listener.isGivenUp()) {
            return state.refuse(Refusal.Reason.EXPIRED, "the caller cancelled the write before it started");
        }
        if (request.context().isPresent()
                && replica.isFromNowhere(request.context().get(), actor)) {
            return state.refuse(
                    Refusal.Reason.CONTEXT_FROM_NOWHERE,
                    "the context names events that node " + state.assignment().node()
                            + " has not issued: it comes from a lost state. Read the key again and use the new "
                            + "context");
        }
        // Without a context it replaces what is there, and cannot add to it.
        if (request.payload().isPresent() && request.context().isPresent()) {
            String tooMuch = replica.tooMuchAfterPut(
                    request.key(), request.context().get(), request.payload().get(), shard.keyLimits());
            if (tooMuch != null) {
                replica.siblings().refuse();
                return state.refuse(Refusal.Reason.TOO_MANY_SIBLINGS, tooMuch);
            }
        }
        return null;
    }

    @Override
    public void staged() {
        StampedWrite made = stamped;
        if (made != null && !durableFirst) {
            tell(() -> listener.assigned(made));
        }
    }

    private void end(Outcome<Long> outcome) {
        tell(() -> listener.ended(outcome));
    }

    /** What a listener throws is its own affair: the batch goes on. */
    private static void tell(Runnable news) {
        try {
            news.run();
        } catch (RuntimeException e) {
            LOG.error("A mutation's listener failed.", e);
        }
    }

    @Override
    public void durable() {
        StampedWrite made = stamped;
        if (made != null && durableFirst) {
            tell(() -> listener.assigned(made));
        }
        end(Outcome.done(state.placement()));
    }

    @Override
    public void failed(String reason) {
        end(Outcome.unknown(reason));
    }

    @Override
    public void stopped() {
        end(Outcome.refused(state.stopping()));
    }
}
