package io.dotkv.replication.local;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.PartitionId;
import io.dotkv.kernel.Row;
import io.dotkv.kernel.encoding.MalformedException;
import io.dotkv.kernel.types.Content;
import io.dotkv.replication.Consistency;
import io.dotkv.replication.ContentResult;
import io.dotkv.replication.ContextToken;
import io.dotkv.replication.Failure;
import io.dotkv.replication.Operation;
import io.dotkv.replication.ReadResult;
import io.dotkv.replication.ScanResult;
import io.dotkv.replication.WriteResult;
import io.dotkv.replication.ports.ReplicationSettings;
import io.dotkv.replication.ports.RequestCounters;
import io.dotkv.replication.request.HeldRequest;
import io.dotkv.replication.request.KeyCatchUp;
import io.dotkv.replication.request.PendingRead;
import io.dotkv.replication.request.PendingScan;
import io.dotkv.replication.request.PendingWrite;
import io.dotkv.replication.request.PlainView;
import io.dotkv.replication.request.RequestAdmission;
import io.dotkv.replication.request.RequestPorts;
import io.dotkv.replication.request.RowResult;
import io.dotkv.replication.route.FailureMessages;
import io.dotkv.replication.route.KeyText;
import io.dotkv.replication.route.ReplicaClient;
import io.dotkv.replication.route.TokenCodec.RefusedException;
import io.dotkv.replication.route.Topology;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the requests of clients: checks that the layer can serve them, decodes their contexts, admits them, and begins
 * their coordination. Any thread; never blocks.
 */
final class RequestCoordinator {
    private static final Logger LOG = LoggerFactory.getLogger(RequestCoordinator.class);
    private static final long KEEP_NANOS = Duration.ofSeconds(10).toNanos();

    private final RequestPorts requests;
    private final RequestPorts scans;
    private final Lag lag;
    private volatile @Nullable Topology topology;

    /** Tells whether a replica may lack writes that were acknowledged. */
    @FunctionalInterface
    interface Lag {
        boolean mayLag(Topology topology, PartitionId partition, ReplicaClient replica);
    }

    RequestCoordinator(RequestPorts requests, Lag lag) {
        ReplicationSettings.Requests limits = requests.settings().requests();
        this.requests = requests;
        this.scans = requests.admittedBy(new RequestAdmission(limits.maxScans(), limits.maxBytes() / 2));
        this.lag = lag;
    }

    /** The topology has changed. */
    void topology(Topology newer) {
        topology = newer;
    }

    @Nullable
    Topology topology() {
        return topology;
    }

    int inFlight() {
        return requests.admission().inFlight() + scans.admission().inFlight();
    }

    boolean isClosed() {
        return requests.admission().isClosed();
    }

    /** Takes no more requests. The stage completes when those that were taken are wholly done. */
    CompletionStage<Void> drain() {
        return CompletableFuture.allOf(
                requests.admission().close().toCompletableFuture(),
                scans.admission().close().toCompletableFuture());
    }

    CompletionStage<WriteResult> write(Operation.Write write) {
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
        return context.isPresent() || !lag.mayLag(current, partition, pending.coordinator())
                ? pending.start()
                : pending.startAfter(KeyCatchUp.of(write, pending.coordinator(), current, requests));
    }

    CompletionStage<ReadResult> read(Operation.Read read) {
        return read(read, (row, answeredBy, current) -> plain(read, row, answeredBy, current), ReadResult.Failed::new);
    }

    private static ReadResult plain(Operation.Read read, Row row, List<NodeId> answeredBy, Topology current) {
        PlainView whole = PlainView.of(row);
        if (read.portion().isTooSmallFor(whole.values())) {
            return new ReadResult.Failed(FailureMessages.answerTooLarge(
                    FailureMessages.subject(read),
                    read.portion().of(whole.values()),
                    read.portion().bytes()));
        }
        PlainView plain = whole.within(read.portion());
        ContextToken context =
                current.tokens().context(current.partitioning().partitionOf(read.key()), plain.context());
        return new ReadResult.Answered(plain.values(), plain.types(), context, answeredBy, plain.dotsLeftOut());
    }

    CompletionStage<ContentResult> content(Operation.Read read) {
        return read(read, (row, answeredBy, current) -> content(read, row, answeredBy), ContentResult.Failed::new);
    }

    private static ContentResult content(Operation.Read read, Row row, List<NodeId> answeredBy) {
        try {
            return new ContentResult.Answered(Content.of(row.leaves()), answeredBy);
        } catch (MalformedException e) {
            return new ContentResult.Failed(
                    FailureMessages.unknownType(FailureMessages.subject(read), String.valueOf(e.getMessage())));
        }
    }

    /** What a client gets of a row. */
    @FunctionalInterface
    private interface View<T> {
        T of(Row row, List<NodeId> answeredBy, Topology current);
    }

    private <T> CompletionStage<T> read(Operation.Read read, View<T> view, Function<Failure, T> failed) {
        Topology current = topology;
        if (current == null || isOver(read) || requests.admission().isClosed()) {
            return failedRead(notTaken(FailureMessages.subject(read), current, read), failed);
        }
        DotSet session = DotSet.EMPTY;
        if (read.session().isPresent()) {
            try {
                session = current.tokens()
                        .context(read.session().get(), current.partitioning().partitionOf(read.key()));
            } catch (RefusedException refused) {
                return failedRead(refused.failure(FailureMessages.subject(read)), failed);
            }
        }
        if (!requests.admission().enter(0)) {
            return failedRead(shed(FailureMessages.subject(read), "too many requests"), failed);
        }
        DotSet reflected = session;
        PartitionId partition = current.partitioning().partitionOf(read.key());
        Consistency level = read.levelAmong(current.layout().replicas());
        return HeldRequest.begin(
                read,
                () -> current.hasEnough(partition, level),
                () -> begin(new PendingRead(read, reflected, current, requests), result -> switch (result) {
                    case RowResult.Joined(Row row, List<NodeId> answeredBy) -> view.of(row, answeredBy, current);
                    case RowResult.Failed(Failure failure) -> failed.apply(failure);
                }),
                requests,
                0);
    }

    /** The stage may be cancelled, by a caller that has given the read up. */
    private <T> CompletionStage<T> begin(PendingRead read, Function<RowResult, T> view) {
        CompletableFuture<T> answer = read.start().thenApply(result -> {
            RequestCounters counters = requests.counters();
            (result instanceof RowResult.Joined ? counters.reads : counters.readsFailed).increment();
            return view.apply(result);
        });
        var _ = answer.whenComplete((done, failure) -> {
            if (answer.isCancelled()) {
                read.giveUp();
            }
        });
        return answer;
    }

    CompletionStage<ScanResult> scan(Operation.Scan scan) {
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

    /**
     * Writes a value that a scrub has found again, as an event that replaces the dot that it had; whether that was
     * acknowledged.
     */
    CompletionStage<Boolean> keep(Key key, Dot dot, Bytes payload) {
        Topology current = topology;
        // Of dot and payload: a second scrub that finds the same makes the same write.
        String requestId = "scrub " + dot + " " + payload.hashCode();
        Operation.Write write = new Operation.Write(
                key,
                Optional.of(payload),
                Optional.empty(),
                Consistency.QUORUM,
                requestId,
                requests.clock().monotonicNanos() + KEEP_NANOS);
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

    private boolean isOver(Operation operation) {
        return operation.deadlineNanos() - requests.clock().monotonicNanos() <= 0;
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

    private <T> CompletionStage<T> failedRead(Failure failure, Function<Failure, T> failed) {
        requests.counters().readsFailed.increment();
        return CompletableFuture.completedFuture(failed.apply(failure));
    }

    private static CompletionStage<ScanResult> failedScan(Failure failure) {
        return CompletableFuture.completedFuture(new ScanResult.Failed(failure));
    }
}
