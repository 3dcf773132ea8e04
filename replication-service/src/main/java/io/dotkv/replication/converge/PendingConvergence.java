package io.dotkv.replication.converge;

import io.dotkv.cluster.Agreement;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.ports.Scheduler;
import io.dotkv.replication.ConvergenceGoal;
import io.dotkv.replication.ConvergenceResult;
import io.dotkv.replication.route.ReplicaClient;
import io.dotkv.replication.route.Topology;
import io.dotkv.storage.Outcome;
import io.dotkv.storage.PartitionClock;
import io.dotkv.storage.PeerLag;
import io.dotkv.storage.StorageDescription;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * The shell of one {@link ConvergenceRound}: asks the storages of all nodes, and when some cannot be reached, the
 * others how far those were behind; reports when all that were asked have answered, at the latest after
 * {@link #PATIENCE_NANOS}.
 *
 * <p>Answers come on any thread.
 */
public final class PendingConvergence {
    /** So long a node that can be reached is waited for. */
    static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final Agreement agreement;
    private final List<ReplicaClient> asked;
    private final List<NodeId> unreachable;
    private final Scheduler scheduler;
    private final ConvergenceRound question;
    private final CompletableFuture<ConvergenceResult> result = new CompletableFuture<>();
    private int open;

    public PendingConvergence(Topology topology, ConvergenceGoal goal, Scheduler scheduler) {
        List<ReplicaClient> holders = topology.all().stream()
                .filter(replica -> topology.agreement().numberOf(replica.node()).isPresent())
                .filter(replica -> !topology.layout().heldBy(replica.node()).isEmpty())
                .toList();
        this.agreement = topology.agreement();
        this.asked = holders.stream().filter(ReplicaClient::isReachable).toList();
        this.unreachable = holders.stream()
                .filter(replica -> !replica.isReachable())
                .map(ReplicaClient::node)
                .toList();
        this.scheduler = scheduler;
        this.question = new ConvergenceRound(
                topology.layout(),
                holders.stream().map(ReplicaClient::node).sorted().toList(),
                goal);
        this.open = asked.size() * (unreachable.isEmpty() ? 1 : 2) + 1;
    }

    public CompletionStage<ConvergenceResult> start() {
        for (ReplicaClient replica : asked) {
            ReplicaClient.onEnd(replica.storage().clocks(Set.of()), outcome -> answered(replica.node(), outcome));
            if (!unreachable.isEmpty()) {
                ReplicaClient.onEnd(replica.storage().describe(), this::described);
            }
        }
        Scheduler.Cancellable end = scheduler.schedule(this::report, PATIENCE_NANOS);
        var _ = result.whenComplete((reported, failure) -> end.cancel());
        closed();
        return result;
    }

    private void answered(NodeId node, Outcome<List<PartitionClock>> outcome) {
        if (outcome instanceof Outcome.Done<List<PartitionClock>>(List<PartitionClock> clocks)) {
            synchronized (this) {
                question.told(node, clocks);
            }
        }
        closed();
    }

    private void described(Outcome<StorageDescription> outcome) {
        if (outcome instanceof Outcome.Done<StorageDescription>(StorageDescription description)) {
            for (PeerLag lag : description.peers()) {
                for (NodeId node : unreachable) {
                    if (agreement.numberOf(node).orElse(0) == lag.node()) {
                        synchronized (this) {
                            question.rumoured(node, lag);
                        }
                    }
                }
            }
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
        ConvergenceResult report;
        synchronized (this) {
            report = question.report();
        }
        result.complete(report);
    }
}
