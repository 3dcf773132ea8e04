package io.dotkv.replication.world;

import io.dotkv.kernel.Actor;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Delta;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.HybridClock;
import io.dotkv.kernel.HybridTime;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.MultiValueRegister;
import io.dotkv.kernel.PartitionId;
import io.dotkv.kernel.Row;
import io.dotkv.kernel.VersionVector;
import io.dotkv.kernel.ports.Clock;
import io.dotkv.kernel.ports.Scheduler;
import io.dotkv.kernel.types.ImpossibleChangeException;
import io.dotkv.kernel.types.Update;
import io.dotkv.storage.Assignment;
import io.dotkv.storage.AssignmentAck;
import io.dotkv.storage.Digests;
import io.dotkv.storage.Mutation;
import io.dotkv.storage.MutationListener;
import io.dotkv.storage.Outcome;
import io.dotkv.storage.PartitionClock;
import io.dotkv.storage.Partitioning;
import io.dotkv.storage.PeerLag;
import io.dotkv.storage.PullMessage;
import io.dotkv.storage.Refusal;
import io.dotkv.storage.Refusal.Reason;
import io.dotkv.storage.Requests;
import io.dotkv.storage.RowPage;
import io.dotkv.storage.RowPage.KeyedRow;
import io.dotkv.storage.RowRepair;
import io.dotkv.storage.StampedWrite;
import io.dotkv.storage.Storage;
import io.dotkv.storage.StorageDescription;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A storage in memory that implements the algebra and the contract of {@link Storage}: changes are visible and answered
 * when they are durable, which is a moment after they were made; what was not durable is lost with the process, whose
 * scheduler is then killed. What is durable is on the {@link Disk}.
 */
public final class FakeStorage implements Storage {
    private static final long COMMIT_NANOS = 300_000;
    private static final int PAGE_ROWS = 5;

    private final Disk disk;
    private final Clock clock;
    private final Scheduler process;
    private final History history;
    private final HybridClock times = new HybridClock(1000);
    private final Map<PartitionId, ReplicaState> current = new TreeMap<>();
    private final Map<String, StampedWrite> requests = new HashMap<>();
    private final Map<Integer, Long> pulledNanos = new TreeMap<>();
    private final List<Change> uncommitted = new ArrayList<>();
    private @Nullable Assignment mandate;
    private @Nullable Actor actor;
    private long life;
    private boolean voting = true;
    private @Nullable Reason refusesMutations;

    /** What survives the process. */
    public static final class Disk {
        private final Map<PartitionId, ReplicaState> replicas = new TreeMap<>();
        private int boot;
        private long lives;

        ReplicaState replica(PartitionId partition) {
            return replicas.computeIfAbsent(partition, first -> new ReplicaState());
        }
    }

    private record Change(PartitionId partition, Delta delta, Runnable durable) {}

    FakeStorage(Disk disk, Clock clock, Scheduler process, History history) {
        this.disk = disk;
        this.clock = clock;
        this.process = process;
        this.history = history;
        disk.replicas.forEach((partition, replica) -> current.put(partition, replica.copy()));
    }

    /** From now on mutations are refused for that reason. */
    public void refuseMutations(Reason reason) {
        refusesMutations = reason;
    }

    /** From now on it votes, or does not. */
    public void vote(boolean votes) {
        voting = votes;
    }

    /** The durable row of a key, as it is exported. */
    public Row row(Key key) {
        return disk.replica(partitionOf(key)).exported(key);
    }

    @Override
    public CompletionStage<Outcome<AssignmentAck>> assume(Assignment wanted) {
        if (life == 0) {
            disk.lives++;
            life = disk.lives;
        }
        if (actor == null && wanted.boot() > 0) {
            disk.boot = wanted.boot();
            actor = new Actor(wanted.nodeNumber(), disk.boot);
        }
        mandate = wanted;
        return CompletableFuture.completedFuture(Outcome.done(new AssignmentAck(
                wanted.nodeNumber(), Optional.ofNullable(actor), life, disk.boot, "fake", List.of())));
    }

    @Override
    public CompletionStage<Outcome<Row>> read(Requests.Read request) {
        Refusal refusal = refusal(request.placement(), partitionOf(request.key()), request.deadlineNanos());
        if (refusal == null && !voting) {
            refusal = new Refusal(Reason.NOT_VOTING, 0, "does not vote");
        }
        return refusal != null ? refused(refusal) : done(row(request.key()));
    }

    @Override
    public void mutate(Requests.Mutate request, MutationListener listener) {
        PartitionId partition = mandate == null ? new PartitionId(0) : partitionOf(request.key());
        Refusal refusal = refusal(request.placement(), partition, request.deadlineNanos());
        if (refusal == null && (refusesMutations != null || !voting)) {
            refusal = new Refusal(refusesMutations != null ? refusesMutations : Reason.NOT_VOTING, 1, "will not");
        }
        if (refusal != null || actor == null) {
            listener.ended(Outcome.refused(
                    refusal != null ? refusal : new Refusal(Reason.NO_ACTOR, 0, "nobody said who this is")));
            return;
        }
        StampedWrite known = requests.get(request.requestId());
        StampedWrite assignment = known == null
                ? assign(request, partition, actor)
                : new StampedWrite(known.delta(), known.replaced(), true);
        requests.put(request.requestId(), assignment);
        listener.assigned(assignment);
        change(partition, assignment.delta(), () -> listener.ended(Outcome.done(request.placement())));
    }

    private StampedWrite assign(Requests.Mutate request, PartitionId partition, Actor own) {
        ReplicaState replica = current(partition);
        Dot dot = new Dot(own, replica.clock().highest(own) + 1);
        HybridTime time = times.next(clock.wallMillis());
        @Nullable Bytes payload = request.payload().orElse(null);
        Row row = replica.exported(request.key());
        Delta delta = switch (request.mutation()) {
            case Mutation.Typed(Update update) -> {
                try {
                    yield update.draft(request.key(), row, dot, time).delta();
                } catch (ImpossibleChangeException e) {
                    throw new AssertionError(e);
                }
            }
            case Mutation.Replace(var _, Optional<DotSet> context) ->
                context.isPresent()
                        ? MultiValueRegister.replaceCovered(
                                request.key(), dot, time, payload, new VersionVector(context.get()))
                        : MultiValueRegister.replaceSeen(request.key(), dot, time, payload, row);
        };
        int replaced = (int) row.leaves().stream()
                .filter(leaf -> delta.context().contains(leaf.dot()))
                .count();
        history.issued(partition, request.requestId(), delta);
        return new StampedWrite(delta, replaced, false);
    }

    @Override
    public CompletionStage<Outcome<Long>> apply(Requests.Apply request) {
        PartitionId partition = partitionOf(request.delta().key());
        Refusal refusal = refusal(request.placement(), partition, request.deadlineNanos());
        if (refusal != null) {
            return refused(refusal);
        }
        if (!request.requestId().isEmpty()) {
            requests.putIfAbsent(request.requestId(), new StampedWrite(request.delta(), 0, true));
        }
        CompletableFuture<Outcome<Long>> answer = new CompletableFuture<>();
        change(partition, request.delta(), () -> answer.complete(Outcome.done(request.placement())));
        return answer;
    }

    @Override
    public CompletionStage<Outcome<RowPage>> scan(Requests.Scan request) {
        TreeMap<Key, Row> rows = new TreeMap<>();
        Map<PartitionId, DotSet> covered = new TreeMap<>();
        for (PartitionId partition : request.partitions()) {
            ReplicaState replica = disk.replica(partition);
            covered.put(partition, replica.clock().base());
            replica.rows().forEach((key, row) -> {
                if (key.bytes().compareTo(request.after()) > 0 && key.bytes().startsWith(request.prefix())) {
                    rows.put(key, row.fill(replica.clock()));
                }
            });
        }
        int limit = Math.min(request.limit(), PAGE_ROWS);
        List<KeyedRow> page = rows.entrySet().stream()
                .limit(limit)
                .map(entry -> new KeyedRow(entry.getKey(), entry.getValue()))
                .toList();
        return done(new RowPage(page, rows.size() <= limit, covered));
    }

    @Override
    public CompletionStage<Outcome<List<PartitionClock>>> clocks(Set<PartitionId> partitions) {
        if (mandate == null) {
            return refused(new Refusal(Reason.NO_ACTOR, 0, "nobody said who this is"));
        }
        List<PartitionClock> clocks = new ArrayList<>();
        for (PartitionId partition : mandate.held()) {
            if (partitions.isEmpty() || partitions.contains(partition)) {
                clocks.add(new PartitionClock(partition, disk.replica(partition).clock(), "id", voting, List.of()));
            }
        }
        return done(clocks);
    }

    @Override
    public CompletionStage<Outcome<Integer>> pull(
            Requests.Pull request, Function<PullMessage, CompletionStage<?>> taker) {
        pulledNanos.put(request.node(), clock.monotonicNanos());
        List<PullMessage> messages = new ArrayList<>();
        for (PartitionClock theirs : request.clocks()) {
            ReplicaState replica = disk.replica(theirs.partition());
            List<Delta> missing = replica.missing(theirs.clock());
            if (!missing.isEmpty()) {
                messages.add(new PullMessage.Rows(theirs.partition(), 1, missing, Optional.empty()));
                messages.add(new PullMessage.End(
                        theirs.partition(), 1, 1, false, replica.clock(), voting, 1, theirs.replica()));
            }
        }
        CompletableFuture<Outcome<Integer>> done = new CompletableFuture<>();
        hand(messages, 0, taker, done);
        return done;
    }

    private static void hand(
            List<PullMessage> messages,
            int next,
            Function<PullMessage, CompletionStage<?>> taker,
            CompletableFuture<Outcome<Integer>> done) {
        if (next == messages.size()) {
            done.complete(Outcome.done(next));
            return;
        }
        var _ = taker.apply(messages.get(next)).whenComplete((taken, failure) -> {
            if (failure == null) {
                hand(messages, next + 1, taker, done);
            } else {
                done.complete(Outcome.unknown("the taker gave up"));
            }
        });
    }

    @Override
    public CompletionStage<Outcome<Integer>> absorb(PullMessage message) {
        if (!(message instanceof PullMessage.Rows rows)) {
            return done(0);
        }
        CompletableFuture<Outcome<Integer>> answer = new CompletableFuture<>();
        int news = 0;
        for (Delta delta : rows.deltas()) {
            news += (int) delta.events().stream()
                    .filter(event -> !current(rows.partition()).clock().contains(event))
                    .count();
            int counted = news;
            boolean last = delta.equals(rows.deltas().getLast());
            change(rows.partition(), delta, () -> {
                if (last) {
                    answer.complete(Outcome.done(counted));
                }
            });
        }
        return answer;
    }

    @Override
    public CompletionStage<Outcome<Digests>> digest(Requests.Digest request) {
        return refused(new Refusal(Reason.OVERLOADED, 0, "this storage makes no digests"));
    }

    @Override
    public CompletionStage<Outcome<List<Key>>> damaged() {
        return done(List.of());
    }

    @Override
    public CompletionStage<Outcome<RowRepair>> mend(Requests.Mend request) {
        return done(RowRepair.READABLE);
    }

    @Override
    public CompletionStage<Outcome<StorageDescription>> describe() {
        List<PeerLag> peers = pulledNanos.entrySet().stream()
                .map(pull -> new PeerLag(
                        pull.getKey(),
                        clock.monotonicNanos() - pull.getValue(),
                        0,
                        0,
                        OptionalLong.empty(),
                        OptionalLong.empty()))
                .toList();
        return done(new StorageDescription(
                "",
                "",
                0,
                0,
                "fake",
                "sync",
                0,
                0,
                0,
                0,
                0,
                0,
                peers,
                new StorageDescription.Siblings(0, 0, 0),
                StorageDescription.Health.GOOD));
    }

    @Override
    public boolean isReachable() {
        return true;
    }

    @Override
    public void close() {}

    /** Makes a change now, and durable in a moment, together with all that are made until then. */
    private void change(PartitionId partition, Delta delta, Runnable durable) {
        current(partition).apply(delta);
        if (uncommitted.isEmpty()) {
            var _ = process.schedule(this::commit, COMMIT_NANOS);
        }
        uncommitted.add(new Change(partition, delta, durable));
    }

    private void commit() {
        List<Change> batch = List.copyOf(uncommitted);
        uncommitted.clear();
        batch.forEach(change -> disk.replica(change.partition()).apply(change.delta()));
        batch.forEach(change -> change.durable().run());
    }

    private ReplicaState current(PartitionId partition) {
        return current.computeIfAbsent(partition, first -> new ReplicaState());
    }

    private PartitionId partitionOf(Key key) {
        return mandate == null ? new PartitionId(0) : new Partitioning(mandate.partitions()).partitionOf(key);
    }

    private @Nullable Refusal refusal(long placement, PartitionId partition, long deadlineNanos) {
        if (mandate == null) {
            return new Refusal(Reason.NO_ACTOR, 0, "nobody said who this is");
        }
        if (placement < mandate.placement()) {
            return new Refusal(Reason.STALE_PLACEMENT, mandate.placement(), "newer");
        }
        if (!mandate.held().contains(partition)) {
            return new Refusal(Reason.NOT_A_REPLICA, mandate.placement(), "not held");
        }
        return deadlineNanos - clock.monotonicNanos() <= 0
                ? new Refusal(Reason.EXPIRED, mandate.placement(), "too late")
                : null;
    }

    private static <T> CompletionStage<Outcome<T>> done(T value) {
        return CompletableFuture.completedFuture(Outcome.done(value));
    }

    private static <T> CompletionStage<Outcome<T>> refused(Refusal refusal) {
        return CompletableFuture.completedFuture(Outcome.refused(refusal));
    }
}
