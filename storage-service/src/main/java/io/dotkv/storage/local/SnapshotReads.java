package io.dotkv.storage.local;

import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.PartitionId;
import io.dotkv.kernel.ports.Clock;
import io.dotkv.kernel.ports.RandomSource;
import io.dotkv.kernel.ports.Scheduler;
import io.dotkv.storage.Digests;
import io.dotkv.storage.Outcome;
import io.dotkv.storage.PartitionClock;
import io.dotkv.storage.PullMessage;
import io.dotkv.storage.Refusal;
import io.dotkv.storage.Requests;
import io.dotkv.storage.RowPage;
import io.dotkv.storage.engine.DamagedDataException;
import io.dotkv.storage.engine.Engine;
import io.dotkv.storage.replica.PullAnswer;
import io.dotkv.storage.replica.Quarantine;
import io.dotkv.storage.replica.Replica;
import io.dotkv.storage.replica.store.DamagedRowException;
import io.dotkv.storage.replica.store.RangeDigests;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The reads that need rows and clocks of one moment: scans, and the answers to pulls. Bounded in number. Any thread.
 */
final class SnapshotReads {
    private static final int PULLS_AT_ONCE = 16;
    private static final int SCANS_AT_ONCE = 16;
    private static final int DIGESTS_AT_ONCE = 16;
    private static final long TAKER_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final Engine engine;
    private final Shards shards;
    private final ReadWorkers readers;
    private final Clock clock;
    private final RandomSource random;
    private final Scheduler timer;
    private final Set<PullSession> sessions = Collections.synchronizedSet(new LinkedHashSet<>());
    private final AtomicInteger pulls = new AtomicInteger();
    private final AtomicInteger scans = new AtomicInteger();
    private final AtomicInteger digests = new AtomicInteger();
    private final Quarantine quarantine;

    SnapshotReads(Engine engine, Shards shards, ReadWorkers readers, StoragePorts environment, Quarantine quarantine) {
        this.quarantine = quarantine;
        this.engine = engine;
        this.shards = shards;
        this.readers = readers;
        this.clock = environment.clock();
        this.random = environment.random().fork();
        this.timer = environment.workers().timer();
    }

    /** Ends the pulls that wait for their takers; called when the readers have stopped. */
    void stop() {
        // A copy: a session that ends takes itself out.
        List.copyOf(sessions).forEach(PullSession::stop);
    }

    CompletionStage<Outcome<RowPage>> scan(StorageState state, Requests.Scan request) {
        Refusal refusal = refusalOfScan(state, request);
        if (refusal != null) {
            return refused(refusal);
        }
        if (scans.incrementAndGet() > SCANS_AT_ONCE) {
            scans.decrementAndGet();
            return refused(state.refuse(Refusal.Reason.OVERLOADED, "too many scans run at once on this node"));
        }
        CompletableFuture<Outcome<RowPage>> answer = new CompletableFuture<>();
        var _ = withSnapshots(
                        state,
                        wanted(state, request),
                        frozen -> readers.answer(() ->
                                answer.isCancelled() ? Outcome.refused(state.expired()) : page(state, frozen, request)))
                .whenComplete((done, failure) -> {
                    scans.decrementAndGet();
                    if (failure == null) {
                        answer.complete(done);
                    } else {
                        answer.completeExceptionally(failure);
                    }
                });
        return answer;
    }

    private @Nullable Refusal refusalOfScan(StorageState state, Requests.Scan request) {
        if (request.placement() != 0 && request.placement() < state.placement()) {
            return state.stale(request.placement());
        }
        if (request.limit() < 1) {
            return state.refuse(Refusal.Reason.NOT_UNDERSTOOD, "a page has at least one row, not " + request.limit());
        }
        for (PartitionId partition : request.partitions()) {
            if (state.replicaOf(partition) == null) {
                return state.notHeld(partition);
            }
        }
        for (Replica replica : wanted(state, request)) {
            if (request.placement() != 0 && !replica.reading().voting()) {
                return state.notVoting(replica.partition());
            }
        }
        return null;
    }

    private static List<Replica> wanted(StorageState state, Requests.Scan request) {
        return request.partitions().isEmpty()
                ? state.held()
                : state.held().stream()
                        .filter(replica -> request.partitions().contains(replica.partition()))
                        .toList();
    }

    private Outcome<RowPage> page(StorageState state, List<SnapshotTask.Frozen> frozen, Requests.Scan request) {
        if (clock.monotonicNanos() - request.deadlineNanos() > 0) {
            return Outcome.refused(state.expired());
        }
        try (Scanner scanner = new Scanner()) {
            return Outcome.done(scanner.page(frozen, request));
        } catch (DamagedRowException e) {
            quarantine.note(e.key());
            return damaged(state, e);
        } catch (DamagedDataException e) {
            return damaged(state, e);
        }
    }

    private static <T> Outcome<T> damaged(StorageState state, Exception damage) {
        return Outcome.refused(state.refuse(Refusal.Reason.DAMAGED, String.valueOf(damage.getMessage())));
    }

    CompletionStage<Outcome<Digests>> digest(StorageState state, Requests.Digest request) {
        Replica replica = state.replicaOf(request.partition());
        if (replica == null) {
            return refused(state.notHeld(request.partition()));
        }
        if (request.placement() < state.placement()) {
            return refused(state.stale(request.placement()));
        }
        if (digests.incrementAndGet() > DIGESTS_AT_ONCE) {
            digests.decrementAndGet();
            return refused(state.refuse(Refusal.Reason.OVERLOADED, "too many digests are made at once on this node"));
        }
        return withSnapshots(state, List.of(replica), frozen -> readers.answer(() -> digest(state, frozen, request)))
                .whenComplete((done, failure) -> digests.decrementAndGet());
    }

    private Outcome<Digests> digest(StorageState state, List<SnapshotTask.Frozen> frozen, Requests.Digest request) {
        if (clock.monotonicNanos() - request.deadlineNanos() > 0) {
            return Outcome.refused(state.expired());
        }
        SnapshotTask.Frozen only = frozen.getFirst();
        DotSet clockThen = only.readings().values().iterator().next().clock();
        try {
            return Outcome.done(RangeDigests.of(only.snapshot(), clockThen, request, quarantine::note));
        } catch (DamagedDataException e) {
            return damaged(state, e);
        }
    }

    CompletionStage<Outcome<Integer>> pull(
            StorageState state, Requests.Pull request, Function<PullMessage, CompletionStage<?>> taker) {
        if (request.placement() < state.placement()) {
            return refused(state.stale(request.placement()));
        }
        Map<Replica, PartitionClock> clocks = new LinkedHashMap<>();
        List<PullMessage> unavailable = new ArrayList<>();
        for (PartitionClock theirs : request.clocks()) {
            Replica replica = state.replicaOf(theirs.partition());
            if (replica == null) {
                unavailable.add(new PullMessage.Unavailable(theirs.partition(), state.notHeld(theirs.partition())));
            } else if (!state.isSource(replica)) {
                unavailable.add(new PullMessage.Unavailable(theirs.partition(), state.withoutBoot()));
            } else {
                clocks.put(replica, theirs);
                replica.confirmed(request.node(), theirs.complete());
            }
        }
        if (pulls.incrementAndGet() > PULLS_AT_ONCE) {
            pulls.decrementAndGet();
            return refused(state.refuse(Refusal.Reason.OVERLOADED, "too many replicas pull from this node at once"));
        }
        return withSnapshots(state, List.copyOf(clocks.keySet()), frozen -> {
                    List<Supplier<PullAnswer>> answers = answers(state, frozen, clocks);
                    PullSession session = new PullSession(
                            unavailable, answers, taker, readers, new PullSession.Patience(timer, TAKER_NANOS));
                    sessions.add(session);
                    return session.run().whenComplete((done, failure) -> sessions.remove(session));
                })
                .whenComplete((done, failure) -> pulls.decrementAndGet());
    }

    /**
     * An answer for each partition of which the asking replica misses something; a replica without a vote needs them
     * all.
     */
    private List<Supplier<PullAnswer>> answers(
            StorageState state, List<SnapshotTask.Frozen> frozen, Map<Replica, PartitionClock> clocks) {
        List<Supplier<PullAnswer>> answers = new ArrayList<>();
        for (SnapshotTask.Frozen each : frozen) {
            each.readings().forEach((replica, reading) -> {
                PartitionClock theirs = clocks.get(replica);
                if (theirs != null && !(theirs.voting() && theirs.complete().containsAll(reading.clock()))) {
                    PullAnswer.Sender sender =
                            PullAnswer.Sender.of(state.assignment().nodeNumber(), reading);
                    answers.add(() -> new PullAnswer(each.snapshot(), sender, theirs, newId(), quarantine::note));
                }
            });
        }
        return answers;
    }

    private synchronized long newId() {
        return random.nextLong();
    }

    /** Runs work on snapshots of these replicas, and closes them when the work's answer is there. */
    private <T> CompletionStage<Outcome<T>> withSnapshots(
            StorageState state,
            List<Replica> wanted,
            Function<List<SnapshotTask.Frozen>, CompletionStage<Outcome<T>>> work) {
        List<CompletableFuture<SnapshotTask.@Nullable Frozen>> pending = new ArrayList<>();
        for (List<Replica> share : shards.shares(wanted)) {
            if (!share.isEmpty()) {
                SnapshotTask task = new SnapshotTask(engine, share);
                pending.add(task.answer());
                if (shards.submit(share.getFirst(), state, task) != null) {
                    task.stopped();
                }
            }
        }
        return CompletableFuture.allOf(pending.toArray(new CompletableFuture<?>[0]))
                .thenCompose(done -> {
                    List<SnapshotTask.Frozen> frozen = taken(pending);
                    CompletionStage<Outcome<T>> answer =
                            frozen.size() < pending.size() ? refused(shards.refusal(state)) : work.apply(frozen);
                    return answer.whenComplete((value, failure) ->
                            frozen.forEach(each -> each.snapshot().close()));
                });
    }

    private static List<SnapshotTask.Frozen> taken(List<CompletableFuture<SnapshotTask.@Nullable Frozen>> pending) {
        List<SnapshotTask.Frozen> frozen = new ArrayList<>();
        for (CompletableFuture<SnapshotTask.@Nullable Frozen> each : pending) {
            SnapshotTask.Frozen snapshot = each.getNow(null);
            if (snapshot != null) {
                frozen.add(snapshot);
            }
        }
        return frozen;
    }

    private static <T> CompletionStage<Outcome<T>> refused(Refusal refusal) {
        return CompletableFuture.completedFuture(Outcome.refused(refusal));
    }
}
