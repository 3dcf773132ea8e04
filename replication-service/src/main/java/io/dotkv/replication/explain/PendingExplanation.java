package io.dotkv.replication.explain;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.PartitionId;
import io.dotkv.kernel.Row;
import io.dotkv.kernel.ports.Clock;
import io.dotkv.kernel.ports.Scheduler;
import io.dotkv.replication.ExplainResult;
import io.dotkv.replication.route.ReplicaClient;
import io.dotkv.replication.route.Topology;
import io.dotkv.storage.Outcome;
import io.dotkv.storage.Refusal;
import io.dotkv.storage.Requests;
import io.dotkv.storage.RowPage;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * The shell of one {@link Explanation}: reads the row of every replica, of one that does not vote by a look at its
 * storage alone. Ends when all have answered, at the latest after {@link #PATIENCE_NANOS}.
 *
 * <p>Answers come on any thread.
 */
public final class PendingExplanation {
    /** So long a replica that can be reached is waited for. */
    static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final Key key;
    private final PartitionId partition;
    private final Topology topology;
    private final List<ReplicaClient> replicas;
    private final Scheduler scheduler;
    private final long deadlineNanos;
    private final Explanation explanation;
    private final CompletableFuture<ExplainResult> result = new CompletableFuture<>();
    private int open;

    public PendingExplanation(Key key, Topology topology, Clock clock, Scheduler scheduler) {
        this.key = key;
        this.partition = topology.partitioning().partitionOf(key);
        this.topology = topology;
        List<NodeId> nodes = topology.layout().replicasOf(partition);
        this.replicas = topology.all().stream()
                .filter(replica -> nodes.contains(replica.node()))
                .toList();
        this.scheduler = scheduler;
        this.deadlineNanos = clock.monotonicNanos() + PATIENCE_NANOS;
        this.explanation = new Explanation(partition, nodes, number -> nameOf(topology, number));
        this.open = replicas.size();
    }

    private static String nameOf(Topology topology, int number) {
        return topology.agreement().nodes().stream()
                .filter(node -> topology.agreement().numberOf(node).equals(OptionalInt.of(number)))
                .findFirst()
                .map(NodeId::name)
                .orElse("the former node " + number);
    }

    public CompletionStage<ExplainResult> start() {
        Scheduler.Cancellable end = scheduler.schedule(this::report, PATIENCE_NANOS);
        var _ = result.whenComplete((reported, failure) -> end.cancel());
        for (ReplicaClient replica : replicas) {
            if (replica.isReachable()) {
                ReplicaClient.onEnd(
                        replica.storage().read(new Requests.Read(topology.placement(), key, deadlineNanos)),
                        outcome -> read(replica, outcome));
            } else {
                unknown(replica, "it cannot be reached from here");
            }
        }
        return result;
    }

    private void read(ReplicaClient replica, Outcome<Row> outcome) {
        switch (outcome) {
            case Outcome.Done<Row>(Row row) -> has(replica, row, true);
            case Outcome.Refused<Row>(Refusal refusal) -> {
                if (refusal.reason() == Refusal.Reason.NOT_VOTING) {
                    Requests.Scan look =
                            new Requests.Scan(0, Bytes.EMPTY, key.bytes(), 1, Set.of(partition), deadlineNanos);
                    ReplicaClient.onEnd(replica.storage().scan(look), page -> looked(replica, page));
                } else {
                    unknown(replica, refusal.detail());
                }
            }
            case Outcome.Unknown<Row>(String reason) -> unknown(replica, reason);
        }
    }

    private void looked(ReplicaClient replica, Outcome<RowPage> outcome) {
        switch (outcome) {
            case Outcome.Done<RowPage>(RowPage page) -> has(replica, rowIn(page), false);
            case Outcome.Refused<RowPage>(Refusal refusal) -> unknown(replica, refusal.detail());
            case Outcome.Unknown<RowPage>(String reason) -> unknown(replica, reason);
        }
    }

    /** The first key with the key as its prefix is the key itself, if it is there. */
    private Row rowIn(RowPage page) {
        return page.rows().stream()
                .filter(keyed -> keyed.key().equals(key))
                .findFirst()
                .map(RowPage.KeyedRow::row)
                .orElseGet(() -> new Row(List.of(), page.covered().getOrDefault(partition, DotSet.EMPTY)));
    }

    private void has(ReplicaClient replica, Row row, boolean isVoting) {
        synchronized (this) {
            explanation.has(replica.node(), row, isVoting);
        }
        closed();
    }

    private void unknown(ReplicaClient replica, String trouble) {
        synchronized (this) {
            explanation.isUnknown(replica.node(), trouble);
        }
        closed();
    }

    private void closed() {
        boolean last;
        synchronized (this) {
            last = --open == 0;
        }
        if (last) {
            report();
        }
    }

    private void report() {
        ExplainResult report;
        synchronized (this) {
            report = explanation.result();
        }
        result.complete(report);
    }
}
