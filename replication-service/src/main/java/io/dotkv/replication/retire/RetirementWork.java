package io.dotkv.replication.retire;

import io.dotkv.cluster.Cluster;
import io.dotkv.cluster.ClusterView;
import io.dotkv.cluster.register.state.RetirementChange;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.PartitionId;
import io.dotkv.replication.ports.ReplicationPorts;
import io.dotkv.replication.route.ReplicaClient;
import io.dotkv.replication.route.Topology;
import io.dotkv.storage.Outcome;
import io.dotkv.storage.PartitionClock;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes former boots in the background: the shell of {@link RetirementDecision}. It asks all replicas for their
 * clocks, and has the step agreed on that follows; when nothing follows, it asks less and less often.
 *
 * <p>On the scheduler of the layer only.
 */
public final class RetirementWork {
    private static final Logger LOG = LoggerFactory.getLogger(RetirementWork.class);
    private static final long FIRST_PAUSE_NANOS = 1_000_000_000;
    private static final long LONGEST_PAUSE_NANOS = 30_000_000_000L;
    private static final long GIVE_UP_NANOS = 20_000_000_000L;

    private final Cluster cluster;
    private final ReplicationPorts surroundings;
    private @Nullable ClusterView view;
    private @Nullable Topology topology;
    private @Nullable Round round;
    private long pauseNanos = FIRST_PAUSE_NANOS;
    private long nextNanos;

    /** One question to all replicas. */
    private static final class Round {
        private final RetirementDecision.Target target;
        private final Map<NodeId, List<PartitionClock>> answers = new HashMap<>();
        private final long overNanos;

        private Round(RetirementDecision.Target target, long overNanos) {
            this.target = target;
            this.overNanos = overNanos;
        }
    }

    public RetirementWork(Cluster cluster, ReplicationPorts surroundings) {
        this.cluster = cluster;
        this.surroundings = surroundings;
    }

    /** The cluster is this now. */
    public void viewed(ClusterView newer, Topology newerTopology) {
        view = newer;
        topology = newerTopology;
        pauseNanos = FIRST_PAUSE_NANOS;
        nextNanos = Math.min(nextNanos, nowNanos() + pauseNanos);
    }

    /** Called now and then, several times a second. */
    public void tick() {
        long nowNanos = nowNanos();
        if (round != null && nowNanos - round.overNanos > 0) {
            end(false);
        }
        if (round != null || view == null || topology == null || nowNanos - nextNanos < 0) {
            return;
        }
        Optional<RetirementDecision.Target> target = RetirementDecision.target(view);
        Topology current = topology;
        if (target.isEmpty() || !areReachable(current, target.get())) {
            nextNanos = nowNanos + FIRST_PAUSE_NANOS;
            return;
        }
        Round begun = new Round(target.get(), nowNanos + GIVE_UP_NANOS);
        round = begun;
        if (begun.target.replicas().isEmpty()) {
            proceed(begun);
        }
        Set<PartitionId> partitions = new HashSet<>(begun.target.replicas().keySet());
        for (NodeId node : begun.target.nodes()) {
            ReplicaClient.onEnd(
                    replicaOf(current, node).orElseThrow().storage().clocks(partitions),
                    outcome -> surroundings.scheduler().execute(() -> answered(begun, node, outcome)));
        }
    }

    private static boolean areReachable(Topology topology, RetirementDecision.Target target) {
        return target.nodes().stream()
                .allMatch(node -> replicaOf(topology, node)
                        .filter(ReplicaClient::isReachable)
                        .isPresent());
    }

    private static Optional<ReplicaClient> replicaOf(Topology topology, NodeId node) {
        return topology.all().stream()
                .filter(replica -> replica.node().equals(node))
                .findFirst();
    }

    @SuppressWarnings("ReferenceEquality")
    private void answered(Round asked, NodeId node, Outcome<List<PartitionClock>> outcome) {
        if (round != asked) {
            return;
        }
        if (!(outcome instanceof Outcome.Done<List<PartitionClock>>(List<PartitionClock> clocks))) {
            end(false);
            return;
        }
        asked.answers.put(node, clocks);
        if (asked.answers.size() == asked.target.nodes().size()) {
            proceed(asked);
        }
    }

    private void proceed(Round answered) {
        ClusterView current = view;
        if (current == null || current.agreement().isEmpty()) {
            end(false);
            return;
        }
        long attempt = surroundings.random().nextLong();
        Optional<RetirementChange> change = RetirementDecision.next(
                current.agreement().get(), answered.target, answered.answers, attempt == 0 ? 1 : attempt);
        if (change.isEmpty()) {
            end(false);
            return;
        }
        LOG.debug("Former boots before {}: {}.", answered.target.first(), change.get());
        var _ = cluster.agreeOn(current.agreement().get().clusterId(), change.get())
                .whenComplete((done, failure) -> surroundings.scheduler().execute(() -> end(failure == null)));
    }

    private void end(boolean isStep) {
        round = null;
        pauseNanos = isStep ? FIRST_PAUSE_NANOS : Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS);
        nextNanos = nowNanos() + pauseNanos / 2 + surroundings.random().nextInt((int) (pauseNanos / 1000)) * 1000L;
    }

    private long nowNanos() {
        return surroundings.clock().monotonicNanos();
    }
}
