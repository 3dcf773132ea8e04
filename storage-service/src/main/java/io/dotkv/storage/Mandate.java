package io.dotkv.storage;

import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.PartitionId;
import java.util.List;

/**
 * What a storage is to be.
 *
 * @param clusterId the cluster, 32 hexadecimal digits
 * @param node the name of the node it works for
 * @param nodeNumber the number of that node in dots
 * @param bootAtLeast the boot to take is at least this: one more than the highest that any peer has seen
 * @param knownBefore whether peers know an earlier boot of this node: then an empty disk is a lost disk and not a new node
 * @param placement the placement number
 * @param partitions the number of partitions of the cluster
 * @param held the partitions this storage holds
 * @param donors from how many voters a replica that lost data must pull before it votes again: N − W + 1 for a majority W
 */
public record Mandate(
        String clusterId,
        NodeId node,
        int nodeNumber,
        int bootAtLeast,
        boolean knownBefore,
        long placement,
        int partitions,
        List<PartitionId> held,
        int donors) {
    public Mandate {
        held = List.copyOf(held);
    }
}
