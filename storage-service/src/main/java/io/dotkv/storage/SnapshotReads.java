package io.dotkv.storage;

import io.dotkv.kernel.PartitionId;
import io.dotkv.kernel.RandomSource;
import io.dotkv.storage.engine.Engine;
import io.dotkv.storage.replica.DamagedRowException;
import io.dotkv.storage.replica.PullAnswer;
import io.dotkv.storage.replica.Replica;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The reads that need rows and clocks of one moment: scans, and the answers to pulls. Bounded in number. Any thread. */
final class SnapshotReads {
    private static final int PULLS_AT_ONCE = 16;
    private static final int SCANS_AT_ONCE = 16;

    private final Engine engine;
    private final Shards shards;
    private final Readers readers;
    private final RandomSource random;
    private final AtomicInteger pulls = new AtomicInteger();
    private final AtomicInteger scans = new AtomicInteger();

    SnapshotReads(Engine engine, Shards shards, Readers readers, RandomSource random) {
        this.engine = engine;
        this.shards = shards;
        this.readers = readers;
        this.random = random.fork();
    }

    CompletionStage<Outcome<Page>> scan(Role role, Requests.Scan request) {
        if (request.placement() != 0 && request.placement() < role.placement()) {
            return refused(role.stale(request.placement()));
        }
        for (PartitionId partition : request.partitions()) {
            if (role.replicaOf(partition) == null) {
                return refused(role.notHeld(partition));
            }
        }
        List<Replica> wanted = new ArrayList<>();
        for (Replica replica : role.held()) {
            if (request.partitions().isEmpty() || request.partitions().contains(replica.partition())) {
                if (request.placement() != 0 && !replica.reading().voting()) {
                    return refused(role.notVoting(replica.partition()));
                }
                wanted.add(replica);
            }
        }
        if (scans.incrementAndGet() > SCANS_AT_ONCE) {
            scans.decrementAndGet();
            return refused(role.refuse(Refusal.Reason.OVERLOADED, "too many scans run at once on this node"));
        }
        return withSnapshots(role, wanted, frozen -> readers.answer(() -> page(role, frozen, request)))
                .whenComplete((done, failure) -> scans.decrementAndGet());
    }

    private static Outcome<Page> page(Role role, List<SnapshotTask.Frozen> frozen, Requests.Scan request) {
        try (Scanner scanner = new Scanner(frozen, request.after(), request.prefix())) {
            return Outcome.done(scanner.page(request.limit()));
        } catch (DamagedRowException e) {
            return Outcome.refused(role.refuse(Refusal.Reason.DAMAGED, String.valueOf(e.getMessage())));
        }
    }

    CompletionStage<Outcome<Integer>> pull(
            Role role, Requests.Pull request, Function<PullMessage, CompletionStage<?>> taker) {
        if (request.placement() < role.placement()) {
            return refused(role.stale(request.placement()));
        }
        Map<Replica, PartitionClock> clocks = new LinkedHashMap<>();
        List<PullMessage> unavailable = new ArrayList<>();
        for (PartitionClock theirs : request.clocks()) {
            Replica replica = role.replicaOf(theirs.partition());
            if (replica == null) {
                unavailable.add(new PullMessage.Unavailable(theirs.partition(), role.notHeld(theirs.partition())));
            } else {
                clocks.put(replica, theirs);
            }
        }
        if (pulls.incrementAndGet() > PULLS_AT_ONCE) {
            pulls.decrementAndGet();
            return refused(role.refuse(Refusal.Reason.OVERLOADED, "too many replicas pull from this node at once"));
        }
        return withSnapshots(role, List.copyOf(clocks.keySet()), frozen -> {
                    List<Supplier<PullAnswer>> answers = answers(role, frozen, clocks);
                    return new PullSession(unavailable, answers, taker, readers).run();
                })
                .whenComplete((done, failure) -> pulls.decrementAndGet());
    }

    /** An answer for each partition of which the asking replica misses something; a replica without a vote needs them all. */
    private List<Supplier<PullAnswer>> answers(
            Role role, List<SnapshotTask.Frozen> frozen, Map<Replica, PartitionClock> clocks) {
        List<Supplier<PullAnswer>> answers = new ArrayList<>();
        for (SnapshotTask.Frozen each : frozen) {
            each.readings().forEach((replica, reading) -> {
                PartitionClock theirs = clocks.get(replica);
                if (theirs != null && !(theirs.voting() && theirs.clock().containsAll(reading.clock()))) {
                    PullAnswer.Sender sender =
                            new PullAnswer.Sender(role.actor().node(), reading.clock(), reading.voting());
                    answers.add(() ->
                            new PullAnswer(replica.partition(), each.snapshot(), sender, theirs.clock(), newId()));
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
            Role role, List<Replica> wanted, Function<List<SnapshotTask.Frozen>, CompletionStage<Outcome<T>>> work) {
        List<CompletableFuture<SnapshotTask.@Nullable Frozen>> pending = new ArrayList<>();
        for (List<Replica> share : shards.shares(wanted)) {
            if (!share.isEmpty()) {
                SnapshotTask task = new SnapshotTask(engine, share);
                pending.add(task.answer());
                if (shards.submit(share.getFirst(), role, task) != null) {
                    task.stopped();
                }
            }
        }
        return CompletableFuture.allOf(pending.toArray(new CompletableFuture<?>[0]))
                .thenCompose(done -> {
                    List<SnapshotTask.Frozen> frozen = taken(pending);
                    CompletionStage<Outcome<T>> answer = frozen.size() < pending.size()
                            ? refused(role.refuse(Refusal.Reason.OVERLOADED, "the storage cannot take a snapshot now"))
                            : work.apply(frozen);
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
