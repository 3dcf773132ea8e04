package io.dotkv.cluster.layout;

import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.PartitionId;
import java.util.ArrayList;
import java.util.List;

/**
 * Which members hold which partition. A versioned value: its version is the placement number that every message of the
 * data path carries.
 *
 * @param version the placement number, from 1
 * @param replicaSets for each partition, in order, the members that hold it
 */
public record Layout(long version, List<List<NodeId>> replicaSets) {
    /** The number of partitions of a cluster, unless it is told otherwise. */
    public static final int DEFAULT_PARTITIONS = 256;

    /** The number of replicas of a partition, unless there are fewer members. */
    public static final int DEFAULT_REPLICAS = 3;

    public Layout {
        replicaSets = replicaSets.stream().map(List::copyOf).toList();
        if (Integer.bitCount(replicaSets.size()) != 1) {
            throw new IllegalArgumentException("the number of partitions is a power of two, not " + replicaSets.size());
        }
    }

    /**
     * The first layout of a cluster: partitions go round the members in order, so that each holds the same number
     * within one.
     */
    public static Layout first(List<NodeId> members, int partitions, int replicas) {
        int copies = Math.min(replicas, members.size());
        List<List<NodeId>> sets = new ArrayList<>(partitions);
        for (int partition = 0; partition < partitions; partition++) {
            List<NodeId> set = new ArrayList<>(copies);
            for (int copy = 0; copy < copies; copy++) {
                set.add(members.get((partition + copy) % members.size()));
            }
            sets.add(set);
        }
        return new Layout(1, sets);
    }

    /** The number of partitions, a power of two. */
    public int partitions() {
        return replicaSets.size();
    }

    /** How many replicas a partition has. */
    public int replicas() {
        return replicaSets.getFirst().size();
    }

    /** The members that hold a partition, the preferred coordinator first. */
    public List<NodeId> replicasOf(PartitionId partition) {
        return replicaSets.get(partition.number());
    }

    /** The partitions that a member holds, in ascending order. */
    public List<PartitionId> heldBy(NodeId node) {
        List<PartitionId> held = new ArrayList<>();
        for (int partition = 0; partition < replicaSets.size(); partition++) {
            if (replicaSets.get(partition).contains(node)) {
                held.add(new PartitionId(partition));
            }
        }
        return List.copyOf(held);
    }
}
