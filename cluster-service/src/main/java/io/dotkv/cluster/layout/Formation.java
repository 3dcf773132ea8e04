package io.dotkv.cluster.layout;

import io.dotkv.cluster.Agreement;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.PartitionId;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What the founders of a cluster agreed on when they formed it; never changes. What is agreed later begins from it, see
 * {@link Agreement}.
 *
 * @param clusterId 32 hexadecimal digits; tells clusters apart
 * @param clusterKey 32 random bytes that authenticate contexts; shown to nobody
 * @param members the founders in order of node number, beginning with number 1
 * @param instances the instance of each founder, in the same order
 * @param layout which of them holds which partition
 */
public record Formation(
        String clusterId, Bytes clusterKey, List<NodeId> members, List<String> instances, Layout layout) {
    /** The most members that a cluster can be formed by. */
    public static final int MAX_MEMBERS = 1_000;

    /** The most partitions that a cluster can be formed with. */
    public static final int MAX_PARTITIONS = PartitionId.MAX_PARTITIONS;

    /** The most replicas of a partition that a cluster can be formed with. */
    public static final int MAX_REPLICAS = 9;

    private static final Pattern ID_FORM = Pattern.compile("[0-9a-f]{32}");
    private static final int KEY_BYTES = 32;

    public Formation {
        members = List.copyOf(members);
        instances = List.copyOf(instances);
        if (instances.size() != members.size()) {
            throw new IllegalArgumentException(
                    "each founder has an instance, not " + instances.size() + " for " + members.size() + " of them");
        }
        if (!ID_FORM.matcher(clusterId).matches()) {
            throw new IllegalArgumentException("a cluster's id is 32 hexadecimal digits: \"" + clusterId + "\"");
        }
        if (clusterKey.length() != KEY_BYTES) {
            throw new IllegalArgumentException(
                    "a cluster's key has " + KEY_BYTES + " bytes, not " + clusterKey.length());
        }
        if (members.isEmpty() || members.size() > MAX_MEMBERS || new HashSet<>(members).size() != members.size()) {
            throw new IllegalArgumentException(
                    "a cluster is formed by 1 to " + MAX_MEMBERS + " different members, not " + members);
        }
    }

    /** The facts with the first layout over those members; refuses numbers that are out of range. */
    public static Formation first(
            String clusterId,
            Bytes clusterKey,
            List<NodeId> members,
            List<String> instances,
            int partitions,
            int replicas) {
        if (partitions < 1 || partitions > MAX_PARTITIONS || Integer.bitCount(partitions) != 1) {
            throw new IllegalArgumentException(
                    "the number of partitions is a power of two up to " + MAX_PARTITIONS + ", not " + partitions);
        }
        if (replicas < 1 || replicas > MAX_REPLICAS) {
            throw new IllegalArgumentException("a partition has 1 to " + MAX_REPLICAS + " replicas, not " + replicas);
        }
        if (members.isEmpty()) {
            throw new IllegalArgumentException("a cluster has at least one member");
        }
        return new Formation(clusterId, clusterKey, members, instances, Layout.first(members, partitions, replicas));
    }

    /** Whether that life of a node is one of the founders. */
    public boolean isFoundedBy(NodeId node, String instance) {
        int index = members.indexOf(node);
        return index >= 0 && instances.get(index).equals(instance);
    }

    /** Without the key, which is shown to nobody. */
    @Override
    public String toString() {
        return "cluster " + clusterId + " of " + members;
    }
}
