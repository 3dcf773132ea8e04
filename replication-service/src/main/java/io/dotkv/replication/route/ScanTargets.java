package io.dotkv.replication.route;

import io.dotkv.cluster.layout.Layout;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.PartitionId;
import io.dotkv.storage.Partitioning;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The cluster as a scan found it when it began.
 *
 * @param nodes all members that hold partitions, in order of preference
 * @param layout which of them holds what
 */
public record ScanTargets(List<NodeId> nodes, Layout layout) {
    public Partitioning partitioning() {
        return new Partitioning(layout.partitions());
    }

    /**
     * Chooses nodes to ask for partitions that lack answers: for each node the partitions to ask it for. The same few
     * nodes are preferred for all partitions, so that few storages are asked.
     *
     * @param lacking by number of partition, how many more nodes are to be asked; lowered by each that is chosen
     * @param eligible by index, which nodes may be chosen
     * @param asked by index, what a node has been asked for, and is not asked for again; what is chosen is added
     */
    public List<Set<PartitionId>> share(int[] lacking, boolean[] eligible, List<Set<PartitionId>> asked) {
        List<Set<PartitionId>> shares = emptyShares();
        for (int number = 0; number < layout.partitions(); number++) {
            PartitionId partition = new PartitionId(number);
            List<NodeId> replicas = layout.replicasOf(partition);
            for (int node = 0; node < nodes.size() && lacking[number] > 0; node++) {
                if (eligible[node]
                        && replicas.contains(nodes.get(node))
                        && asked.get(node).add(partition)) {
                    shares.get(node).add(partition);
                    lacking[number]--;
                }
            }
        }
        return shares;
    }

    /** For each node, no partition. */
    public List<Set<PartitionId>> emptyShares() {
        return Stream.<Set<PartitionId>>generate(HashSet::new)
                .limit(nodes.size())
                .toList();
    }
}
