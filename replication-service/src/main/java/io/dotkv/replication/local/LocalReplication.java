package io.dotkv.replication.local;

import io.dotkv.cluster.Cluster;
import io.dotkv.cluster.ClusterView;
import io.dotkv.cluster.Member;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.PartitionId;
import io.dotkv.kernel.Row;
import io.dotkv.kernel.encoding.MalformedException;
import io.dotkv.kernel.ports.Subscription;
import io.dotkv.kernel.types.Content;
import io.dotkv.replication.Consistency;
import io.dotkv.replication.ContentResult;
import io.dotkv.replication.ContextToken;
import io.dotkv.replication.ConvergenceGoal;
import io.dotkv.replication.ConvergenceResult;
import io.dotkv.replication.ExplainResult;
import io.dotkv.replication.Failure;
import io.dotkv.replication.Operation;
import io.dotkv.replication.ReadResult;
import io.dotkv.replication.Replication;
import io.dotkv.replication.ReplicationAdmin;
import io.dotkv.replication.ReplicationStatus;
import io.dotkv.replication.ScanResult;
import io.dotkv.replication.ScrubJob;
import io.dotkv.replication.ScrubListener;
import io.dotkv.replication.ScrubResult;
import io.dotkv.replication.WriteResult;
import io.dotkv.replication.converge.PendingConvergence;
import io.dotkv.replication.explain.PendingExplanation;
import io.dotkv.replication.ports.PullPrompt;
import io.dotkv.replication.ports.ReplicationPorts;
import io.dotkv.replication.ports.ReplicationSettings;
import io.dotkv.replication.ports.RequestCounters;
import io.dotkv.replication.ports.StorageDirectory;
import io.dotkv.replication.request.HeldRequest;
import io.dotkv.replication.request.KeyCatchUp;
import io.dotkv.replication.request.PendingRead;
import io.dotkv.replication.request.PendingScan;
import io.dotkv.replication.request.PendingWrite;
import io.dotkv.replication.request.PlainView;
import io.dotkv.replication.request.RequestAdmission;
import io.dotkv.replication.request.RequestPorts;
import io.dotkv.replication.request.Timers;
import io.dotkv.replication.route.FailureMessages;
import io.dotkv.replication.route.KeyText;
import io.dotkv.replication.route.ReplicaClient;
import io.dotkv.replication.route.TokenCodec.RefusedException;
import io.dotkv.replication.route.Topology;
import io.dotkv.replication.route.TopologyTracker;
import io.dotkv.storage.Storage;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The replication layer in this process: coordinates requests over the storages of the cluster, tells the own storage which
 * node it is, and lets it pull from its peers what it misses.
 *
 * <p>Requests run on the threads that bring them and their answers in; there is no thread of its own. What concerns the cluster
 * (views, mandates, pulls) runs on the scheduler, one thing at a time.
 */
public final class LocalReplication implements Replication, ReplicationAdmin, AutoCloseable {
    private static final long PROMPT_EVERY_NANOS = 1_000_000_000L;

    /** So many operators are answered at once. */
    private static final int MAX_QUESTIONS = 64;

    private static final Logger LOG = LoggerFactory.getLogger(LocalReplication.class);
    private static final long KEEP_NANOS = Duration.ofSeconds(10).toNanos();

    private final RequestPorts requests;
    private final RequestPorts scans;
    private final RequestAdmission questions = new RequestAdmission(MAX_QUESTIONS, Long.MAX_VALUE);
    private final TopologyTracker views;
    private final ReplicationPorts surroundings;
    private final @Nullable OwnStorage own;
    private final PullPrompt prompt;
    private final Subscription watch;
    private volatile @Nullable Topology topology;
    private volatile List<Member> others = List.of();

    /**
     * A layer that begins to work at once.
     *
     * @param cluster who is there
     * @param own the storage of the member that the cluster layer speaks for, in this process or another; empty when this
     *     layer only coordinates
     * @param directory the storages of the other members
     * @param prompt the way to their replication layers
     */
    @SuppressWarnings("this-escape")
    public LocalReplication(
            Cluster cluster,
            Optional<Storage> own,
            StorageDirectory directory,
            PullPrompt prompt,
            ReplicationPorts surroundings) {
        ReplicationSettings settings = surroundings.settings();
        this.surroundings = surroundings;
        this.prompt = prompt;
        this.views = new TopologyTracker(own, directory, settings);
        this.requests = new RequestPorts(
                surroundings.clock(),
                new Timers(surroundings.clock(), surroundings.scheduler()),
                new RequestAdmission(settings.maxInFlight(), settings.maxInFlightBytes()),
                new RequestCounters(),
                settings,
                this::missed);
        this.own = own.isEmpty()
                ? null
                : new OwnStorage(own.get(), cluster, surroundings, requests.counters(), this::keep, this::missed);
        this.scans = requests.admittedBy(new RequestAdmission(settings.maxScans(), settings.maxInFlightBytes() / 2));
        this.watch = cluster.watch(view -> surroundings.scheduler().execute(() -> viewed(view)));
    }

    @Override
    public CompletionStage<WriteResult> write(Operation.Write write) {
        Topology current = topology;
        if (current == null || isOver(write) || requests.admission().isClosed()) {
            return notApplied(write, notTaken(FailureMessages.subject(write), current, write));
        }
        Optional<DotSet> context = Optional.empty();
        if (write.context().isPresent()) {
            try {
                context = Optional.of(current.tokens()
                        .context(write.context().get(), current.partitioning().partitionOf(write.key())));
            } catch (RefusedException refused) {
                return notApplied(write, refused.failure(FailureMessages.subject(write)));
            }
        }
        if (!requests.admission().enter(write.sizeBytes())) {
            return notApplied(write, shed(FailureMessages.subject(write), "too many requests"));
        }
        Optional<DotSet> replaced = context;
        PartitionId partition = current.partitioning().partitionOf(write.key());
        return HeldRequest.begin(
                write,
                () -> current.hasEnough(partition, write.level()),
                () -> begin(write, replaced, current),
                requests,
                write.sizeBytes());
    }

    private CompletionStage<WriteResult> begin(Operation.Write write, Optional<DotSet> context, Topology current) {
        PendingWrite pending = new PendingWrite(write, context, current, requests);
        PartitionId partition = current.partitioning().partitionOf(write.key());
        return own == null || context.isPresent() || !own.mayLag(current, partition, pending.coordinator())
                ? pending.start()
                : pending.startAfter(KeyCatchUp.of(write, pending.coordinator(), current, requests));
    }

    @Override
    public CompletionStage<ReadResult> read(Operation.Read read) {
        return read(read, new ReadAnswer.Shape<>() {
            @Override
            public ReadResult answered(Row row, List<NodeId> answeredBy, Topology current) {
                PlainView whole = PlainView.of(row);
                if (read.portion().isTooSmallFor(whole.values())) {
                    return failed(FailureMessages.answerTooLarge(
                            FailureMessages.subject(read),
                            read.portion().of(whole.values()),
                            read.portion().bytes()));
                }
                PlainView plain = whole.within(read.portion());
                ContextToken context =
                        current.tokens().context(current.partitioning().partitionOf(read.key()), plain.context());
                return new ReadResult.Answered(plain.values(), plain.types(), context, answeredBy, plain.dotsLeftOut());
            }

            @Override
            public ReadResult failed(Failure failure) {
                return new ReadResult.Failed(failure);
            }
        });
    }

    @Override
    public CompletionStage<ContentResult> content(Operation.Read read) {
        return read(read, new ReadAnswer.Shape<>() {
            @Override
            public ContentResult answered(Row row, List<NodeId> answeredBy, Topology current) {
                try {
                    return new ContentResult.Answered(Content.of(row.leaves()), answeredBy);
                } catch (MalformedException e) {
                    return failed(
                            FailureMessages.unknownType(FailureMessages.subject(read), String.valueOf(e.getMessage())));
                }
            }

            @Override
            public ContentResult failed(Failure failure) {
                return new ContentResult.Failed(failure);
            }
        });
    }

    private <T> CompletionStage<T> read(Operation.Read read, ReadAnswer.Shape<T> shape) {
        Topology current = topology;
        if (current == null || isOver(read) || requests.admission().isClosed()) {
            return failedRead(notTaken(FailureMessages.subject(read), current, read), shape);
        }
        DotSet session = DotSet.EMPTY;
        if (read.session().isPresent()) {
            try {
                session = current.tokens()
                        .context(read.session().get(), current.partitioning().partitionOf(read.key()));
            } catch (RefusedException refused) {
                return failedRead(refused.failure(FailureMessages.subject(read)), shape);
            }
        }
        if (!requests.admission().enter(0)) {
            return failedRead(shed(FailureMessages.subject(read), "too many requests"), shape);
        }
        DotSet reflected = session;
        PartitionId partition = current.partitioning().partitionOf(read.key());
        Consistency level = read.levelAmong(current.layout().replicas());
        return HeldRequest.begin(
                read,
                () -> current.hasEnough(partition, level),
                () -> begin(read, reflected, shape, current),
                requests,
                0);
    }

    private <T> CompletionStage<T> begin(
            Operation.Read read, DotSet session, ReadAnswer.Shape<T> shape, Topology current) {
        ReadAnswer<T> client = new ReadAnswer<>(shape, current, requests);
        return client.start(new PendingRead(read, session, current, requests, client));
    }

    @Override
    public CompletionStage<ScanResult> scan(Operation.Scan scan) {
        Topology current = topology;
        if (current == null || isOver(scan) || requests.admission().isClosed()) {
            return failedScan(notTaken("The scan", current, scan));
        }
        Bytes after = Bytes.EMPTY;
        if (scan.page().isPresent()) {
            try {
                after = current.tokens().page(scan.page().get(), scan.prefix()).after();
            } catch (RefusedException refused) {
                return failedScan(refused.failure("The scan"));
            }
        }
        if (!scans.admission().enter(0)) {
            return failedScan(shed("The scan", "too many scans"));
        }
        Bytes from = after;
        return HeldRequest.begin(
                scan,
                () -> current.hasEnough(scan.level()),
                () -> new PendingScan(scan, from, current, scans).start(),
                scans,
                0);
    }

    @Override
    public CompletionStage<Void> pullNow() {
        if (own != null) {
            surroundings.scheduler().execute(own::pullNow);
        }
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<ConvergenceResult> converge(Optional<ConvergenceGoal> goal) {
        Topology current = topology;
        if (current == null || !questions.enter(0)) {
            return CompletableFuture.completedFuture(
                    new ConvergenceResult.Failed(notAsked("The convergence of all replicas", current)));
        }
        return new PendingConvergence(current, goal.orElse(ConvergenceGoal.EMPTY), surroundings.scheduler())
                .start()
                .whenComplete((result, failure) -> asked())
                .thenApply(this::pullEverywhereUnlessReached);
    }

    @Override
    public CompletionStage<ExplainResult> explain(Key key) {
        Topology current = topology;
        return current == null || !questions.enter(0)
                ? CompletableFuture.completedFuture(
                        new ExplainResult.Failed(notAsked("The explanation of key " + KeyText.of(key), current)))
                : new PendingExplanation(key, current, surroundings.clock(), surroundings.scheduler())
                        .start()
                        .whenComplete((result, failure) -> asked());
    }

    private static Failure notAsked(String subject, @Nullable Topology current) {
        return current == null
                ? FailureMessages.noCluster(subject)
                : FailureMessages.overloaded(subject, "too many questions");
    }

    private void asked() {
        questions.leave(0);
        questions.done();
    }

    private ConvergenceResult pullEverywhereUnlessReached(ConvergenceResult result) {
        if (result instanceof ConvergenceResult.Reported reported && !reported.isReached()) {
            var _ = pullNow();
            others.forEach(prompt::prompt);
        }
        return result;
    }

    @Override
    public CompletionStage<ScrubResult> scrub(ScrubJob order, ScrubListener watcher) {
        if (own == null || requests.admission().isClosed()) {
            return CompletableFuture.completedFuture(new ScrubResult.Failed(
                    own == null ? FailureMessages.noOwnStorage("The scrub") : FailureMessages.stopping("The scrub")));
        }
        CompletableFuture<ScrubResult> result = new CompletableFuture<>();
        surroundings
                .scheduler()
                .execute(() -> own.scrub(order, watcher).whenComplete((done, failure) -> {
                    if (failure == null) {
                        result.complete(done);
                    } else {
                        result.completeExceptionally(failure);
                    }
                }));
        return result;
    }

    /** Writes a value that a scrub has found again, as an event that replaces the dot that it had; whether that was acknowledged. */
    private CompletionStage<Boolean> keep(Key key, Dot dot, Bytes payload) {
        Topology current = topology;
        // Of dot and payload: a second scrub that finds the same makes the same write.
        String requestId = "scrub " + dot + " " + payload.hashCode();
        Operation.Write write = new Operation.Write(
                key,
                Optional.of(payload),
                Optional.empty(),
                Consistency.QUORUM,
                requestId,
                surroundings.clock().monotonicNanos() + KEEP_NANOS);
        if (current == null || !requests.admission().enter(write.sizeBytes())) {
            return CompletableFuture.completedFuture(false);
        }
        return new PendingWrite(write, Optional.of(DotSet.of(dot)), current, requests)
                .start()
                .thenApply(result -> {
                    boolean isApplied = result instanceof WriteResult.Applied;
                    if (!isApplied) {
                        LOG.warn("A scrub could not rewrite key {}: {}", KeyText.of(key), result);
                    }
                    return isApplied;
                });
    }

    /** What this layer does and has done. */
    public ReplicationStatus status() {
        RequestCounters counters = requests.counters();
        return new ReplicationStatus(
                isReady(),
                own == null || own.isEnlisted(),
                requests.admission().inFlight() + scans.admission().inFlight(),
                counters.writesApplied.sum(),
                counters.writesNotApplied.sum(),
                counters.writesUnknown.sum(),
                counters.writesUnconfirmed.sum(),
                counters.reads.sum(),
                counters.readsFailed.sum(),
                counters.repairs.sum(),
                counters.repairsDropped.sum(),
                counters.shed.sum(),
                new ReplicationStatus.Care(
                        counters.rowsMended.sum(),
                        counters.partitionsScrubbed.sum(),
                        counters.scrubDamagedRows.sum(),
                        counters.scrubDifferences.sum(),
                        counters.scrubUndecided.sum()),
                own == null ? List.of() : own.peers());
    }

    /** Whether there is a cluster, and a storage of it that can be asked: the own one if a replica of it votes. */
    private boolean isReady() {
        Topology current = topology;
        return current != null
                && !requests.admission().isClosed()
                && current.all().stream()
                        .anyMatch(replica -> replica.isReachable() && (!replica.isOwn() || own == null || own.votes()));
    }

    /**
     * Takes no more requests. The stage completes when those that were taken are wholly done: answered, and with no call to a
     * storage under way.
     */
    public CompletionStage<Void> drain() {
        return CompletableFuture.allOf(
                requests.admission().close().toCompletableFuture(),
                scans.admission().close().toCompletableFuture());
    }

    /** Takes no more requests and pulls no more; requests that were taken go on. */
    @Override
    public void close() {
        watch.close();
        var _ = drain();
        if (own != null) {
            surroundings.scheduler().execute(own::stop);
        }
    }

    private void viewed(ClusterView view) {
        others = view.members().stream()
                .filter(member -> !member.node().equals(view.self()))
                .toList();
        Optional<Topology> newer = views.of(view);
        if (newer.isPresent()) {
            topology = newer.get();
        }
        if (own != null) {
            own.viewed(view, newer);
        }
    }

    /** The replica has not confirmed a write, and is to fetch it soon. */
    private void missed(ReplicaClient replica) {
        if (replica.isOwn()) {
            if (own != null) {
                surroundings.scheduler().execute(own::missedWrite);
            }
        } else if (replica.isReachable()
                && replica.mayPrompt(surroundings.clock().monotonicNanos(), PROMPT_EVERY_NANOS)) {
            // Who cannot be reached pulls when it returns.
            others.stream()
                    .filter(member -> member.node().equals(replica.node()))
                    .forEach(prompt::prompt);
        }
    }

    private boolean isOver(Operation operation) {
        return operation.deadlineNanos() - surroundings.clock().monotonicNanos() <= 0;
    }

    private Failure notTaken(String subject, @Nullable Topology current, Operation operation) {
        if (requests.admission().isClosed()) {
            return FailureMessages.stopping(subject);
        }
        return isOver(operation) || current != null
                ? FailureMessages.expired(subject)
                : FailureMessages.noCluster(subject);
    }

    private Failure shed(String subject, String limit) {
        requests.counters().shed.increment();
        return requests.admission().isClosed()
                ? FailureMessages.stopping(subject)
                : FailureMessages.overloaded(subject, limit);
    }

    private CompletionStage<WriteResult> notApplied(Operation.Write write, Failure failure) {
        WriteResult result = new WriteResult.NotApplied(failure, 0, write.requestId());
        requests.counters().count(result);
        return CompletableFuture.completedFuture(result);
    }

    private <T> CompletionStage<T> failedRead(Failure failure, ReadAnswer.Shape<T> shape) {
        requests.counters().readsFailed.increment();
        return CompletableFuture.completedFuture(shape.failed(failure));
    }

    private static CompletionStage<ScanResult> failedScan(Failure failure) {
        return CompletableFuture.completedFuture(new ScanResult.Failed(failure));
    }
}
