package io.dotkv.replication;

import io.dotkv.cluster.Layout;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.PartitionId;
import io.dotkv.storage.Partitioning;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The cluster as a scan found it when it began.
 *
 * @param nodes all members that hold partitions, in order of preference
 * @param layout which of them holds what
 */
record ScanGround(List<NodeId> nodes, Layout layout) {
    Partitioning partitioning() {
        return new Partitioning(layout.partitions());
    }

    /**
     * Shares out all partitions so that each is asked for at exactly as many of the usable nodes as required: for each node the
     * partitions to ask it for. The same few nodes are preferred for all partitions, so that few storages are asked.
     *
     * @param usable by index, which nodes may be asked
     * @return empty when some partition has too few usable replicas
     */
    Optional<List<Set<PartitionId>>> share(boolean[] usable, int required) {
        List<Set<PartitionId>> shares = new ArrayList<>(nodes.size());
        for (int node = 0; node < nodes.size(); node++) {
            shares.add(new HashSet<>());
        }
        for (int number = 0; number < layout.partitions(); number++) {
            PartitionId partition = new PartitionId(number);
            List<NodeId> replicas = layout.replicasOf(partition);
            int missing = required;
            for (int node = 0; node < nodes.size() && missing > 0; node++) {
                if (usable[node] && replicas.contains(nodes.get(node))) {
                    shares.get(node).add(partition);
                    missing--;
                }
            }
            if (missing > 0) {
                return Optional.empty();
            }
        }
        return Optional.of(shares);
    }
}
