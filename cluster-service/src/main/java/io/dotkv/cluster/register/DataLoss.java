package io.dotkv.cluster.register;

import io.dotkv.cluster.Agreement;
import io.dotkv.kernel.NodeId;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What is lost for good when a member that holds partitions goes for good: partitions do not move, so each keeps one
 * replica fewer. Immutable.
 *
 * @param remaining how many partitions are left with so many replicas, by number of replicas, the fewest first
 * @param replicas how many replicas a partition was given
 */
record DataLoss(NodeId node, TreeMap<Integer, Integer> remaining, int replicas) {
    /** How a refusal is overruled. */
    static final String FORCE = "use --force, or the field force of the rpc";

    static DataLoss of(Agreement agreement, NodeId node) {
        TreeMap<Integer, Integer> remaining = new TreeMap<>();
        for (List<NodeId> set : agreement.layout().replicaSets()) {
            if (set.contains(node)) {
                long left = set.stream()
                        .filter(holder -> !holder.equals(node)
                                && agreement.numberOf(holder).isPresent())
                        .count();
                remaining.merge((int) left, 1, Integer::sum);
            }
        }
        return new DataLoss(node, remaining, agreement.layout().replicas());
    }

    private int partitions() {
        return remaining.values().stream().mapToInt(Integer::intValue).sum();
    }

    private int withoutMajority() {
        return remaining.headMap(replicas / 2, true).values().stream()
                .mapToInt(Integer::intValue)
                .sum();
    }

    /** Why it is refused, what cannot be undone, and what to do instead. */
    String sentence() {
        String left = remaining.entrySet().stream()
                .map(entry -> entry.getValue() + " with " + entry.getKey() + " of " + replicas)
                .collect(Collectors.joining(", "));
        String lost = withoutMajority() == 0
                ? ""
                : "; " + withoutMajority() + " of them could no longer be read or written at QUORUM";
        return node + " holds " + partitions()
                + " partitions, and partitions do not move: each would permanently lose a replica (" + left
                + " replicas" + lost + "). This cannot be undone, and the data folder of "
                + node + " can no longer rejoin. To stop a node temporarily, stop its process. A node that "
                + "lost its disk or machine is restarted under its name with an empty data folder. "
                + "To proceed anyway, " + FORCE;
    }
}
