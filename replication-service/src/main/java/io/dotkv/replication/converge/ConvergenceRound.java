package io.dotkv.replication.converge;

import io.dotkv.cluster.layout.Layout;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.PartitionId;
import io.dotkv.replication.ConvergenceGoal;
import io.dotkv.replication.ConvergenceResult;
import io.dotkv.replication.ConvergenceResult.Distance;
import io.dotkv.storage.PartitionClock;
import io.dotkv.storage.PeerLag;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One round of asking all nodes for their clocks, against a goal that grows by what nodes tell that were not heard
 * before.
 *
 * <p>One thread at a time.
 */
final class ConvergenceRound {
    private final Layout layout;
    private final List<NodeId> holders;
    private final SortedMap<NodeId, List<PartitionClock>> told = new TreeMap<>();
    private final Map<NodeId, PeerLag> rumoured = new HashMap<>();
    private ConvergenceGoal goal;

    /** @param holders the nodes that hold replicas, by name */
    ConvergenceRound(Layout layout, List<NodeId> holders, ConvergenceGoal goal) {
        this.layout = layout;
        this.holders = List.copyOf(holders);
        this.goal = goal;
    }

    /** A node has told its clocks. */
    void told(NodeId node, List<PartitionClock> clocks) {
        told.put(node, clocks);
        goal = goal.hear(node, clocks);
    }

    /** A storage has said how far a node is behind it. */
    void rumoured(NodeId node, PeerLag lag) {
        rumoured.merge(node, lag, (one, other) -> one.missingEvents() >= other.missingEvents() ? one : other);
    }

    /** What is known by now. */
    ConvergenceResult.Reported report() {
        List<Distance> nodes = new ArrayList<>(holders.size());
        boolean isReached = goal.heard().containsAll(holders);
        for (NodeId node : holders) {
            Distance distance = distanceOf(node);
            nodes.add(distance);
            isReached &= distance.isReached() && distance.missingEvents().orElse(1) == 0;
        }
        return new ConvergenceResult.Reported(goal, isReached, nodes);
    }

    private Distance distanceOf(NodeId node) {
        List<PartitionClock> clocks = told.get(node);
        if (clocks == null) {
            PeerLag lag = rumoured.get(node);
            return lag == null
                    ? new Distance(node, false, OptionalLong.empty(), OptionalInt.empty())
                    : new Distance(
                            node, false, OptionalLong.of(lag.missingEvents()), OptionalInt.of(lag.missingPartitions()));
        }
        Map<PartitionId, DotSet> has = new HashMap<>();
        clocks.forEach(clock -> has.put(clock.partition(), clock.clock()));
        long events = 0;
        int partitions = 0;
        for (PartitionId partition : layout.heldBy(node)) {
            DotSet missing = goal.of(partition).minus(has.getOrDefault(partition, DotSet.EMPTY));
            events += missing.size();
            partitions += missing.isEmpty() ? 0 : 1;
        }
        return new Distance(node, true, OptionalLong.of(events), OptionalInt.of(partitions));
    }
}
