package io.dotkv.storage;

import io.dotkv.kernel.Actor;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.PartitionId;
import io.dotkv.kernel.Row;
import io.dotkv.storage.engine.Engine;
import io.dotkv.storage.engine.EngineException;
import io.dotkv.storage.identity.Identity;
import io.dotkv.storage.identity.IdentityStore;
import io.dotkv.storage.replica.DamagedRowException;
import io.dotkv.storage.replica.Replica;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The storage layer in this process: replicas on an engine, written by shards and read by anybody.
 *
 * <p>Reads of what is in memory are answered on the caller's thread and never wait behind writes; what is on the disk is read
 * by a few reader threads. Writes wait in the bounded queue of their shard.
 */
public final class LocalStorage implements Storage {
    private static final Logger LOG = LoggerFactory.getLogger(LocalStorage.class);

    private final Engine engine;
    private final IdentityStore identities;
    private final StorageSettings settings;
    private final Environment environment;
    private final Shards shards;
    private final Readers readers;
    private final SnapshotReads snapshotReads;
    private final ScheduledThreadPoolExecutor syncer = new ScheduledThreadPoolExecutor(1, LocalStorage::daemon);
    private final AtomicReference<@Nullable Role> role = new AtomicReference<>();
    private volatile boolean closed;

    /** Takes over the engine and closes it with itself. */
    public LocalStorage(Engine engine, IdentityStore identities, StorageSettings settings, Environment environment) {
        this.engine = engine;
        this.identities = identities;
        this.settings = settings;
        this.environment = environment;
        this.readers = new Readers(settings.readers());
        this.shards = new Shards(engine, settings, environment);
        this.snapshotReads = new SnapshotReads(engine, shards, readers, environment.random());
        shards.start();
        if (settings.durability() == StorageSettings.Durability.PERIODIC) {
            long nanos = settings.periodicSync().toNanos();
            var _ = syncer.scheduleWithFixedDelay(this::syncQuietly, nanos, nanos, TimeUnit.NANOSECONDS);
        }
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "dotkv-syncer");
        thread.setDaemon(true);
        return thread;
    }

    private void syncQuietly() {
        try {
            engine.sync();
        } catch (EngineException e) {
            LOG.error("cannot sync the log: {}", e.getMessage());
            environment.fatal().accept(e);
            throw e;
        }
    }

    @Override
    public CompletionStage<Outcome<Assumed>> assume(Mandate mandate) {
        return readers.answer(() -> assumeNow(mandate));
    }

    private synchronized Outcome<Assumed> assumeNow(Mandate mandate) {
        Role before = role.get();
        if (before == null) {
            return assumeFirst(mandate);
        }
        boolean same = before.mandate().clusterId().equals(mandate.clusterId())
                && before.mandate().node().equals(mandate.node())
                && before.mandate().nodeNumber() == mandate.nodeNumber();
        if (!same) {
            return Outcome.refused(before.refuse(
                    Refusal.Reason.WRONG_IDENTITY,
                    "this storage works for node " + before.mandate().node() + " of cluster "
                            + before.mandate().clusterId() + " and for no other"));
        }
        if (mandate.placement() <= before.placement()) {
            return Outcome.done(assumed(before));
        }
        return Outcome.done(assumed(take(mandate, before.actor(), false)));
    }

    private Outcome<Assumed> assumeFirst(Mandate mandate) {
        Establishment.Result result = new Establishment(engine, identities, settings, environment).establish(mandate);
        Identity identity = result.identity();
        if (identity == null) {
            return Outcome.refused(new Refusal(Refusal.Reason.WRONG_IDENTITY, 0, result.refusal()));
        }
        Role taken = take(mandate, new Actor(mandate.nodeNumber(), identity.boot()), result.losesVote());
        Assumed assumed = assumed(taken);
        LOG.info(
                "storage {} works for node {} as actor {} with {} partitions, {} of them catching up before they vote",
                identity.storageId(),
                mandate.node(),
                taken.actor(),
                mandate.held().size(),
                assumed.notVoting().size());
        if (result.losesVote() && mandate.donors() == 0) {
            LOG.warn("writes acknowledged before the last stop may be lost, and there is no peer that could have them");
        }
        return Outcome.done(assumed);
    }

    private Role take(Mandate mandate, Actor actor, boolean losesVote) {
        Role before = role.get();
        List<Replica> held = new ArrayList<>();
        try (Engine.Batch batch = engine.newBatch()) {
            for (PartitionId partition : mandate.held()) {
                Replica known = before == null ? null : before.replicaOf(partition);
                String id = Long.toHexString(environment.random().nextLong());
                Replica.Beginning beginning = new Replica.Beginning(
                        id, losesVote && mandate.donors() > 0, mandate.donors(), settings.logRetention());
                held.add(known != null ? known : Replica.open(partition, engine, beginning, batch));
            }
            engine.write(batch, true);
        }
        Role taken = new Role(mandate, actor, held);
        role.set(taken);
        shards.own(held);
        return taken;
    }

    private static Assumed assumed(Role role) {
        List<PartitionId> notVoting = role.held().stream()
                .filter(replica -> !replica.reading().voting())
                .map(Replica::partition)
                .toList();
        return new Assumed(role.actor(), notVoting);
    }

    @Override
    public CompletionStage<Outcome<Row>> read(Requests.Read request) {
        Role now = role.get();
        if (now == null) {
            return refused(noRole());
        }
        Replica replica = now.replicaOf(request.key());
        Refusal refusal = refusalOfRead(now, replica, request);
        if (refusal != null || replica == null) {
            return refused(refusal != null ? refusal : noRole());
        }
        Outcome<Row> cached = readNow(now, replica, request, true);
        if (cached != null) {
            return CompletableFuture.completedFuture(cached);
        }
        return readers.answer(() -> {
            Outcome<Row> read = readNow(now, replica, request, false);
            return read != null ? read : Outcome.refused(now.expired());
        });
    }

    private @Nullable Refusal refusalOfRead(Role now, @Nullable Replica replica, Requests.Read request) {
        if (closed) {
            return now.stopping();
        }
        if (request.placement() < now.placement()) {
            return now.stale(request.placement());
        }
        if (replica == null) {
            return now.notHeld(now.partitionOf(request.key()));
        }
        return replica.reading().voting() ? null : now.notVoting(replica.partition());
    }

    private @Nullable Outcome<Row> readNow(Role now, Replica replica, Requests.Read request, boolean cachedOnly) {
        try {
            if (environment.clock().monotonicNanos() - request.deadlineNanos() > 0) {
                return Outcome.refused(now.expired());
            }
            Row row = replica.read(request.key(), cachedOnly);
            return row == null ? null : Outcome.done(row);
        } catch (DamagedRowException e) {
            return Outcome.refused(now.refuse(Refusal.Reason.DAMAGED, String.valueOf(e.getMessage())));
        } catch (EngineException e) {
            return Outcome.refused(now.refuse(Refusal.Reason.ENGINE_FAILED, String.valueOf(e.getMessage())));
        }
    }

    @Override
    public void mutate(Requests.Mutate request, MutationListener listener) {
        Role now = role.get();
        Replica replica = now == null ? null : now.replicaOf(request.key());
        Refusal refusal;
        if (now == null) {
            refusal = noRole();
        } else if (request.placement() < now.placement()) {
            refusal = now.stale(request.placement());
        } else if (replica == null) {
            refusal = now.notHeld(now.partitionOf(request.key()));
        } else if (!replica.reading().voting()) {
            refusal = now.notVoting(replica.partition());
        } else {
            refusal = shards.submit(
                    replica, now, new MutateTask(shards.stateOf(replica), now, replica, request, listener));
        }
        if (refusal != null) {
            listener.ended(Outcome.refused(refusal));
        }
    }

    @Override
    public CompletionStage<Outcome<Long>> apply(Requests.Apply request) {
        Role now = role.get();
        if (now == null) {
            return refused(noRole());
        }
        if (request.placement() < now.placement()) {
            return refused(now.stale(request.placement()));
        }
        Replica replica = now.replicaOf(request.delta().key());
        if (replica == null) {
            return refused(now.notHeld(now.partitionOf(request.delta().key())));
        }
        ShardState state = shards.stateOf(replica);
        long size = 200L + request.delta().key().bytes().length();
        for (Leaf leaf : request.delta().leaves()) {
            size += leaf.payload().length();
        }
        ChangeTask<Long> task = new ChangeTask<>(now, replica, size, () -> {
            if (state.isExpired(request.deadlineNanos())) {
                throw new ChangeTask.RefusedException(now.expired());
            }
            request.delta().leaves().forEach(state::observe);
            replica.apply(request.delta());
            if (!request.requestId().isEmpty() && !request.delta().events().isEmpty()) {
                state.requests()
                        .remember(request.requestId(), request.delta().events().getFirst());
            }
            return now.placement();
        });
        Refusal refusal = shards.submit(replica, now, task);
        return refusal != null ? refused(refusal) : task.answer();
    }

    @Override
    public CompletionStage<Outcome<Integer>> absorb(PullMessage message) {
        Role now = role.get();
        Replica replica = now == null ? null : now.replicaOf(message.partition());
        if (now == null || replica == null) {
            return refused(now == null ? noRole() : now.notHeld(message.partition()));
        }
        long size = 1000;
        if (message instanceof PullMessage.Rows rows) {
            for (var delta : rows.deltas()) {
                for (Leaf leaf : delta.leaves()) {
                    size += leaf.payload().length() + 100L;
                }
            }
        }
        ChangeTask<Integer> task = new ChangeTask<>(now, replica, size, () -> replica.absorb(message));
        Refusal refusal = shards.submit(replica, now, task);
        return refusal != null ? refused(refusal) : task.answer();
    }

    @Override
    public CompletionStage<Outcome<Page>> scan(Requests.Scan request) {
        Role now = role.get();
        return now == null ? refused(noRole()) : snapshotReads.scan(now, request);
    }

    @Override
    public CompletionStage<Outcome<Integer>> pull(
            Requests.Pull request, Function<PullMessage, CompletionStage<?>> taker) {
        Role now = role.get();
        return now == null ? refused(noRole()) : snapshotReads.pull(now, request, taker);
    }

    @Override
    public CompletionStage<Outcome<List<PartitionClock>>> clocks(Set<PartitionId> partitions) {
        Role now = role.get();
        if (now == null) {
            return refused(noRole());
        }
        List<PartitionClock> clocks = now.held().stream()
                .filter(replica -> partitions.isEmpty() || partitions.contains(replica.partition()))
                .map(Replica::partitionClock)
                .toList();
        return CompletableFuture.completedFuture(Outcome.done(clocks));
    }

    @Override
    public CompletionStage<Outcome<Description>> describe() {
        return readers.answer(() -> Outcome.done(describeNow()));
    }

    private Description describeNow() {
        Role now = role.get();
        List<Replica> held = now == null ? List.of() : now.held();
        long logRecords = 0;
        int notVoting = 0;
        for (Replica replica : held) {
            logRecords += replica.reading().logRecords();
            notVoting += replica.reading().voting() ? 0 : 1;
        }
        long keys = Math.max(0, engine.estimateEntries() - logRecords - 3L * held.size() - 1);
        return new Description(
                now == null ? "" : now.mandate().clusterId(),
                now == null ? "" : now.mandate().node().name(),
                now == null ? 0 : now.actor().node(),
                now == null ? 0 : now.actor().boot(),
                engine.name(),
                settings.durability() == StorageSettings.Durability.SYNC ? "sync" : "periodic",
                now == null ? 0 : now.placement(),
                held.size(),
                notVoting,
                keys,
                engine.diskBytes(),
                logRecords);
    }

    @Override
    public boolean isReachable() {
        return !closed;
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        shards.stop();
        syncer.shutdownNow();
        readers.stop();
        if (!shards.haveFailed()) {
            engine.sync();
            identities.load().ifPresent(identity -> identities.save(identity.cleanlyStopped()));
        }
        engine.close();
    }

    private static Refusal noRole() {
        return new Refusal(
                Refusal.Reason.NO_ACTOR,
                0,
                "this storage has not been told yet which node of which cluster it works for");
    }

    private static <T> CompletionStage<Outcome<T>> refused(Refusal refusal) {
        return CompletableFuture.completedFuture(Outcome.refused(refusal));
    }
}
