package io.dotkv.cluster;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.NodeId;
import java.util.List;
import java.util.OptionalInt;

/**
 * The agreed facts of a formed cluster. Never changes in this version of the layer.
 *
 * @param clusterId 32 hexadecimal digits; tells clusters apart
 * @param clusterKey 32 random bytes that authenticate contexts; shown to nobody
 * @param members the members in order of node number, beginning with number 1
 * @param layout which member holds which partition
 */
public record Formation(String clusterId, Bytes clusterKey, List<NodeId> members, Layout layout) {
    public Formation {
        members = List.copyOf(members);
    }

    /** The member's number, if it is a member. */
    public OptionalInt numberOf(NodeId node) {
        int index = members.indexOf(node);
        return index < 0 ? OptionalInt.empty() : OptionalInt.of(index + 1);
    }

    /** The member with that number. */
    public NodeId nodeOf(int number) {
        return members.get(number - 1);
    }
}
