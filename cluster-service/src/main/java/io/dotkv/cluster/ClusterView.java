package io.dotkv.cluster;

import io.dotkv.kernel.NodeId;
import java.util.List;
import java.util.Optional;

/**
 * The cluster as one member sees it at one moment.
 *
 * @param self the member that sees it
 * @param expect how many nodes must meet to form the cluster
 * @param agreement what is agreed, once the cluster has formed
 * @param members everybody known, the member itself included, in ascending order of name
 */
public record ClusterView(NodeId self, int expect, Optional<Agreement> agreement, List<Member> members) {
    public ClusterView {
        members = List.copyOf(members);
    }

    /** The member of that name, if it is known. */
    public Optional<Member> member(NodeId node) {
        return members.stream().filter(member -> member.node().equals(node)).findFirst();
    }
}
