package io.dotkv.storage;

import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.PartitionId;
import io.dotkv.kernel.Retirements;
import java.util.List;

/**
 * What a storage is to be.
 *
 * @param clusterId the cluster, 32 hexadecimal digits
 * @param node the name of the node it works for
 * @param nodeNumber the number of that node in dots
 * @param boot the boot that was agreed on for this process; 0 while there is none: then it coordinates nothing
 * @param formerLife the life of the storage process that had the node's boot before, as far as is known, 0 for none: a
 *     disk that does not know it is empty or a copy, and lacks what was written since
 * @param placement the placement number
 * @param partitions the number of partitions of the cluster
 * @param held the partitions this storage holds
 * @param donors from how many voters a replica that lost data must pull before it votes again: N − W + 1 for
 *     a majority W, and 0 when there are no others
 * @param others how many other members hold each of these partitions, at least: what so many have confirmed leaves the
 *     log
 * @param replicas how many replicas a partition has by the layout; 0 when that is not known: then a replica in memory
 *     that began empty waits for its donors, however many began empty with it
 * @param retirements what was agreed on about former boots
 */
public record Assignment(
        String clusterId,
        NodeId node,
        int nodeNumber,
        int boot,
        long formerLife,
        long placement,
        int partitions,
        List<PartitionId> held,
        int donors,
        int others,
        int replicas,
        Retirements retirements) {
    public Assignment {
        held = List.copyOf(held);
    }
}
