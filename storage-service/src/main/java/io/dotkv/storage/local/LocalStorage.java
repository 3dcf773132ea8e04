package io.dotkv.storage.local;

import io.dotkv.kernel.Actor;
import io.dotkv.kernel.Delta;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.PartitionId;
import io.dotkv.kernel.Row;
import io.dotkv.storage.Assignment;
import io.dotkv.storage.AssignmentAck;
import io.dotkv.storage.Digests;
import io.dotkv.storage.MutationListener;
import io.dotkv.storage.Outcome;
import io.dotkv.storage.PartitionClock;
import io.dotkv.storage.PullMessage;
import io.dotkv.storage.Refusal;
import io.dotkv.storage.Requests;
import io.dotkv.storage.RowPage;
import io.dotkv.storage.RowRepair;
import io.dotkv.storage.Storage;
import io.dotkv.storage.StorageDescription;
import io.dotkv.storage.WriteId;
import io.dotkv.storage.engine.DamagedDataException;
import io.dotkv.storage.engine.Engine;
import io.dotkv.storage.engine.EngineException;
import io.dotkv.storage.identity.IdentityStore;
import io.dotkv.storage.replica.Quarantine;
import io.dotkv.storage.replica.Replica;
import io.dotkv.storage.replica.store.DamagedRowException;
import io.dotkv.storage.shard.EngineHealth;
import io.dotkv.storage.shard.Task;
import io.dotkv.storage.shard.WriteStallMonitor;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The storage layer in this process: replicas on an engine, written by shards and read by anybody.
 *
 * <p>Reads of what is in memory are answered on the caller's thread and never wait behind writes; what is on the disk
 * is read by a few readers. Writes wait in the bounded queue of their shard. Who shards and readers are is the
 * {@link Workers}' affair.
 */
public final class LocalStorage implements Storage {
    private static final Logger LOG = LoggerFactory.getLogger(LocalStorage.class);
    private static final int DAMAGED_AT_ONCE = 1_000;
    /**
     * A copy of the engine that is so old is recognised beside the identity; a minute is left out while too many reads
     * wait.
     */
    private static final long AGE_NANOS = 60_000_000_000L;

    private final Engine engine;
    private final StorageSettings settings;
    private final StoragePorts environment;
    private final EngineHealth engineHealth;
    private final AssignedReplicas assigned;
    private final Shards shards;
    private final ReadWorkers readers;
    private final SnapshotReads snapshotReads;
    private final PeerClocks peers = new PeerClocks();
    private final Quarantine quarantine = new Quarantine();
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * Takes over the engine and closes it with itself.
     *
     * @throws EngineException when its data and the identity beside it do not belong together, or cannot be understood;
     *     says what to do. The engine is closed then
     */
    public LocalStorage(Engine engine, IdentityStore identities, StorageSettings settings, StoragePorts environment) {
        try {
            StartupCheck.check(engine, identities);
        } catch (EngineException e) {
            engine.close();
            throw e;
        }
        this.engine = engine;
        this.settings = settings;
        this.environment = environment;
        this.engineHealth = new EngineHealth(environment.fatal());
        this.readers = new ReadWorkers(environment.workers().readers(settings.readers()));
        this.shards = new Shards(engine, settings, environment, engineHealth);
        this.assigned = new AssignedReplicas(engine, identities, settings, environment, shards, engineHealth);
        this.snapshotReads = new SnapshotReads(engine, shards, readers, environment, quarantine);
        shards.start();
        every(WriteStallMonitor.LOOK_NANOS, this::look);
        every(AGE_NANOS, () -> {
            var _ = readers.answer(this::age);
        });
        if (settings.durability() == StorageSettings.Durability.PERIODIC) {
            every(settings.periodicSync().toNanos(), () -> {
                var _ = sync();
            });
        }
    }

    /** Does something again and again until the close. */
    private void every(long nanos, Runnable work) {
        environment
                .workers()
                .timer()
                .schedule(
                        () -> {
                            if (!closed.get()) {
                                work.run();
                                every(nanos, work);
                            }
                        },
                        nanos);
    }

    private Outcome<Long> age() {
        try {
            return Outcome.done(engineHealth.failure() == null ? assigned.age() : 0);
        } catch (EngineException e) {
            LOG.warn("Could not persist the age of the storage; retrying in a minute: {}", e.getMessage());
            throw e;
        }
    }

    /** What is looked at again and again: whether the engine takes writes, and what the own clocks are. */
    private void look() {
        long nowNanos = environment.clock().monotonicNanos();
        assigned.lookForLoss();
        if (engineHealth.failure() == null) {
            try {
                shards.look(nowNanos);
            } catch (EngineException closing) {
                // Whoever needs the engine next finds out.
            }
        }
        if (peers.isDue(nowNanos)) {
            peers.sample(clocksOf(Set.of()), nowNanos);
        }
    }

    /** Syncs the log, unless the engine has failed; whether it is synced. */
    private boolean sync() {
        if (engineHealth.failure() != null) {
            return false;
        }
        try {
            engine.sync();
            return true;
        } catch (EngineException e) {
            engineHealth.fail(e);
            return false;
        }
    }

    @Override
    public CompletionStage<Outcome<AssignmentAck>> assume(Assignment assignment) {
        return readers.answer(() -> {
            try {
                return assigned.assume(assignment);
            } catch (DamagedDataException e) {
                // A replica cannot be opened; the next start rebuilds the files.
                engineHealth.fail(e);
                throw e;
            }
        });
    }

    @Override
    public CompletionStage<Outcome<Row>> read(Requests.Read request) {
        StorageState state = assigned.state();
        if (state == null) {
            return refused(noRole());
        }
        Replica replica = state.replicaOf(request.key());
        if (replica == null) {
            return refused(state.notHeld(state.partitionOf(request.key())));
        }
        Refusal refusal = refusal(state, request.placement(), replica, true);
        if (refusal != null) {
            return refused(refusal);
        }
        Outcome<Row> cached = readNow(state, replica, request, true);
        if (cached != null) {
            return CompletableFuture.completedFuture(cached);
        }
        return readers.answer(() -> {
            Outcome<Row> read = readNow(state, replica, request, false);
            return read != null ? read : Outcome.refused(state.expired());
        });
    }

    /** Why a replica does not take a request, or null when it does. */
    private @Nullable Refusal refusal(StorageState state, long placement, Replica replica, boolean needsVote) {
        if (closed.get()) {
            return state.stopping();
        }
        if (placement < state.placement()) {
            return state.stale(placement);
        }
        return needsVote && !replica.reading().voting() ? state.notVoting(replica.partition()) : null;
    }

    private @Nullable Outcome<Row> readNow(
            StorageState state, Replica replica, Requests.Read request, boolean cachedOnly) {
        try {
            if (environment.clock().monotonicNanos() - request.deadlineNanos() > 0) {
                return Outcome.refused(state.expired());
            }
            Row row = replica.read(request.key(), cachedOnly);
            return row == null ? null : Outcome.done(row);
        } catch (DamagedRowException e) {
            quarantine.note(e.key());
            return Outcome.refused(state.refuse(Refusal.Reason.DAMAGED, String.valueOf(e.getMessage())));
        } catch (EngineException e) {
            return Outcome.refused(
                    closed.get()
                            ? state.stopping()
                            : state.refuse(Refusal.Reason.ENGINE_FAILED, String.valueOf(e.getMessage())));
        }
    }

    @Override
    public void mutate(Requests.Mutate request, MutationListener listener) {
        StorageState state = assigned.state();
        Refusal refusal = state == null ? noRole() : mutate(state, request, listener);
        if (refusal != null) {
            listener.ended(Outcome.refused(refusal));
        }
    }

    private @Nullable Refusal mutate(StorageState state, Requests.Mutate request, MutationListener listener) {
        Replica replica = state.replicaOf(request.key());
        if (replica == null) {
            return state.notHeld(state.partitionOf(request.key()));
        }
        Refusal refusal = refusal(state, request.placement(), replica, true);
        if (refusal != null) {
            return refusal;
        }
        Actor actor = state.actor();
        return actor == null
                ? state.withoutBoot()
                : shards.submitWrite(
                        replica,
                        state,
                        new MutateTask(shards.stateOf(replica), state, actor, replica, quarantine, request, listener));
    }

    @Override
    public CompletionStage<Outcome<Long>> apply(Requests.Apply request) {
        StorageState state = assigned.state();
        if (state == null) {
            return refused(noRole());
        }
        Delta delta = request.delta();
        Replica replica = state.replicaOf(delta.key());
        if (replica == null) {
            return refused(state.notHeld(state.partitionOf(delta.key())));
        }
        Refusal refusal =
                state.mayConfirm() ? refusal(state, request.placement(), replica, false) : state.withoutBoot();
        if (refusal != null) {
            return refused(refusal);
        }
        ShardState shard = shards.stateOf(replica);
        return submit(shards::submitWrite, state, replica, delta.weightBytes(), () -> {
            if (shard.isExpired(request.deadlineNanos())) {
                throw new ApplyTask.RefusedException(state.expired());
            }
            if (state.isFromNowhere(delta.context(), replica)) {
                throw new ApplyTask.RefusedException(state.ownEventsFromNowhere());
            }
            // A write is confirmed here only when it is certain to be here; a repair repeats what is old.
            WriteId name = WriteId.of(request.requestId(), delta.key());
            if (replica.apply(delta, name) < 0) {
                throw new ApplyTask.RefusedException(state.retired());
            }
            delta.leaves().forEach(shard::observe);
            return state.placement();
        });
    }

    @Override
    public CompletionStage<Outcome<Integer>> absorb(PullMessage message) {
        StorageState state = assigned.state();
        Replica replica = state == null ? null : state.replicaOf(message.partition());
        if (state == null || replica == null) {
            return refused(state == null ? noRole() : state.notHeld(message.partition()));
        }
        List<Delta> deltas = message instanceof PullMessage.Rows rows ? rows.deltas() : List.of();
        long size = 1000 + deltas.stream().mapToLong(Delta::weightBytes).sum();
        ShardState shard = shards.stateOf(replica);
        return submit(shards::submit, state, replica, size, () -> {
            if (namesOwnFuture(message, replica, state)) {
                throw new ApplyTask.RefusedException(state.ownEventsFromNowhere());
            }
            deltas.forEach(delta -> delta.leaves().forEach(shard::observe));
            return replica.absorb(message);
        });
    }

    /**
     * Whether a message names events of this very process that it never issued: it was made up, or is of another's
     * life.
     */
    private static boolean namesOwnFuture(PullMessage message, Replica replica, StorageState state) {
        return switch (message) {
            case PullMessage.Rows rows ->
                rows.deltas().stream().anyMatch(delta -> state.isFromNowhere(delta.context(), replica))
                        || rows.whole()
                                .map(range -> state.isFromNowhere(range.covered(), replica))
                                .orElse(false);
            case PullMessage.End end -> state.isFromNowhere(end.clock(), replica);
            case PullMessage.Unavailable unavailable -> false;
        };
    }

    /** A way into the queue of a replica's shard. */
    private interface Queue {
        @Nullable
        Refusal submit(Replica replica, StorageState state, Task task);
    }

    private <T> CompletionStage<Outcome<T>> submit(
            Queue queue, StorageState state, Replica replica, long sizeBytes, ApplyTask.Change<T> change) {
        ApplyTask.Change<T> unlessAbandoned = () -> {
            if (replica.isAbandoned()) {
                throw new ApplyTask.RefusedException(state.notVoting(replica.partition()));
            }
            return change.stage();
        };
        ApplyTask<T> task = new ApplyTask<>(state, replica, sizeBytes, unlessAbandoned, quarantine::note);
        Refusal refusal = queue.submit(replica, state, task);
        return refusal != null ? refused(refusal) : task.answer();
    }

    @Override
    public CompletionStage<Outcome<RowPage>> scan(Requests.Scan request) {
        StorageState state = assigned.state();
        return state == null ? refused(noRole()) : snapshotReads.scan(state, request);
    }

    @Override
    public CompletionStage<Outcome<Integer>> pull(
            Requests.Pull request, Function<PullMessage, CompletionStage<?>> taker) {
        StorageState state = assigned.state();
        if (state == null) {
            return refused(noRole());
        }
        peers.reported(request.node(), request.clocks(), environment.clock().monotonicNanos());
        return snapshotReads.pull(state, request, taker);
    }

    @Override
    public CompletionStage<Outcome<Digests>> digest(Requests.Digest request) {
        StorageState state = assigned.state();
        return state == null ? refused(noRole()) : snapshotReads.digest(state, request);
    }

    @Override
    public CompletionStage<Outcome<List<Key>>> damaged() {
        return CompletableFuture.completedFuture(Outcome.done(quarantine.first(DAMAGED_AT_ONCE)));
    }

    @Override
    public CompletionStage<Outcome<RowRepair>> mend(Requests.Mend request) {
        StorageState state = assigned.state();
        Replica replica = state == null ? null : state.replicaOf(request.key());
        if (state == null || replica == null) {
            return refused(state == null ? noRole() : state.notHeld(state.partitionOf(request.key())));
        }
        Refusal refusal = refusal(state, request.placement(), replica, false);
        if (refusal != null) {
            return refused(refusal);
        }
        Delta delta =
                new Delta(request.key(), request.row().leaves(), request.row().context(), List.of());
        ShardState shard = shards.stateOf(replica);
        CompletionStage<Outcome<RowRepair>> answer = submit(shards::submit, state, replica, delta.weightBytes(), () -> {
            if (shard.isExpired(request.deadlineNanos())) {
                throw new ApplyTask.RefusedException(state.expired());
            }
            if (state.isFromNowhere(delta.context(), replica)) {
                throw new ApplyTask.RefusedException(state.ownEventsFromNowhere());
            }
            delta.leaves().forEach(shard::observe);
            return replica.mend(request.key(), request.row(), request.acceptsLoss());
        });
        return answer.whenComplete((outcome, failure) -> {
            if (outcome instanceof Outcome.Done<RowRepair>(RowRepair mended) && mended != RowRepair.EVENTS_MISSING) {
                quarantine.release(request.key(), mended == RowRepair.REPLACED);
            }
        });
    }

    @Override
    public CompletionStage<Outcome<List<PartitionClock>>> clocks(Set<PartitionId> partitions) {
        return assigned.state() == null
                ? refused(noRole())
                : CompletableFuture.completedFuture(Outcome.done(clocksOf(partitions)));
    }

    /** The clocks of the held ones of these partitions, or of all. */
    private List<PartitionClock> clocksOf(Set<PartitionId> partitions) {
        StorageState state = assigned.state();
        return state == null
                ? List.of()
                : state.held().stream()
                        .filter(replica -> partitions.isEmpty() || partitions.contains(replica.partition()))
                        .map(Replica::partitionClock)
                        .toList();
    }

    @Override
    public CompletionStage<Outcome<StorageDescription>> describe() {
        return readers.answer(() -> Outcome.done(StorageDescriber.describe(
                assigned.state(),
                engine,
                settings,
                peers.lags(clocksOf(Set.of()), environment.clock().monotonicNanos()),
                StorageDescriber.health(quarantine, engine, assigned.possibleLoss()))));
    }

    @Override
    public boolean isReachable() {
        return !closed.get();
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        assigned.close();
        boolean written = shards.stop();
        if (readers.stop()) {
            snapshotReads.stop();
        }
        environment.workers().close();
        try {
            if (sync() && written) {
                assigned.cleanlyStopped();
            }
        } finally {
            engine.close();
        }
    }

    private static Refusal noRole() {
        return new Refusal(Refusal.Reason.NO_ACTOR, 0, "this storage has no assignment to a node and cluster yet");
    }

    private static <T> CompletionStage<Outcome<T>> refused(Refusal refusal) {
        return CompletableFuture.completedFuture(Outcome.refused(refusal));
    }
}
