package io.dotkv.cluster.membership;

import io.dotkv.cluster.ClusterMessages;
import io.dotkv.cluster.ClusterPeer.Knowledge;
import io.dotkv.cluster.Health;
import io.dotkv.cluster.Member;
import io.dotkv.cluster.PeerRefusedException;
import io.dotkv.cluster.PeerRefusedException.Reason;
import io.dotkv.kernel.NodeId;
import java.util.Optional;

/**
 * Who may speak to this node: members of the same cluster, and one node of each name. A newcomer with the name of a
 * member that is perhaps alive is let in only after that member was asked in vain. Refuses by
 * {@link PeerRefusedException}. One thread.
 */
public final class JoinAdmission {
    private final MemberTable table;

    JoinAdmission(MemberTable table) {
        this.table = table;
    }

    /** Refuses whoever may not exchange state with this node. */
    public void check(Knowledge theirs) {
        checkCluster(theirs.clusterId());
        checkRival(theirs.sender());
        checkDeparted(theirs.sender());
    }

    /** Refuses those that are members no more. */
    void checkDeparted(Member sender) {
        table.departure(sender).ifPresent(gone -> {
            throw new PeerRefusedException(Reason.DEPARTED, ClusterMessages.of(gone));
        });
    }

    /** Refuses members of another cluster. */
    public void checkCluster(String clusterId) {
        if (isOfOtherCluster(clusterId)) {
            throw new PeerRefusedException(
                    Reason.WRONG_CLUSTER,
                    "node " + self() + " belongs to cluster " + table.clusterId() + ", not to " + clusterId);
        }
    }

    public boolean isOfOtherCluster(String clusterId) {
        return !clusterId.isEmpty() && !table.clusterId().isEmpty() && !clusterId.equals(table.clusterId());
    }

    /** Refuses those who mean another node. */
    void checkTarget(NodeId target) {
        if (!target.equals(self())) {
            throw new PeerRefusedException(Reason.NOT_THIS_NODE, "this is node " + self() + ", not " + target);
        }
    }

    /** Refuses another node of this node's own name. */
    void checkRival(Member sender) {
        if (isRival(sender)) {
            throw taken(sender, table.own());
        }
    }

    public boolean isRival(Member sender) {
        return sender.node().equals(self()) && !isOwn(sender);
    }

    /** Whether this node is talking to itself, and not to a process on a copy of its data. */
    public boolean isOwn(Member sender) {
        Member self = table.own();
        return sender.node().equals(self.node()) && isSame(sender, self) && sender.incarnation() <= self.incarnation();
    }

    /**
     * Whether two records are of one and the same process, or of two that ran one after the other in the same place.
     */
    private static boolean isSame(Member one, Member other) {
        return one.instance().equals(other.instance()) && one.clusterAddress().equals(other.clusterAddress());
    }

    /**
     * A member of the sender's name that is perhaps alive, and another than the sender: it has another instance, or it
     * is elsewhere with the same one, because one of the two works on a copy of the other's data. To be asked before
     * the sender is let in.
     */
    public Optional<Member> incumbent(Member sender) {
        return table.get(sender.node())
                .filter(known ->
                        !known.node().equals(self()) && !isSame(known, sender) && known.health() != Health.LEFT);
    }

    /**
     * Refuses the newcomer if the incumbent is alive, or may be.
     *
     * @param answer who answered at the incumbent's address, if anybody did
     */
    public void judgeClaim(Member newcomer, Member incumbent, Optional<Member> answer) {
        if (answer.filter(there -> isSame(there, newcomer)).isPresent()) {
            return;
        }
        if (answer.filter(there -> isSame(there, incumbent)).isPresent()) {
            throw taken(newcomer, incumbent);
        }
        // Also when it is the same instance elsewhere: a copy must not win because its original was busy for a moment.
        if (incumbent.health() != Health.DEAD) {
            throw new PeerRefusedException(
                    Reason.NAME_IN_DOUBT,
                    "the node " + incumbent.node() + " at " + incumbent.clusterAddress()
                            + " was alive until a moment ago and is not known to be dead yet");
        }
    }

    private static PeerRefusedException taken(Member newcomer, Member incumbent) {
        boolean isCopy = newcomer.instance().equals(incumbent.instance());
        return new PeerRefusedException(
                Reason.NAME_TAKEN,
                "the name " + incumbent.node() + " is taken: the node at " + incumbent.clusterAddress()
                        + " has it and is alive. "
                        + (isCopy
                                ? "Both work on copies of one data folder. Move this copy away, or stop the other node"
                                        + " first"
                                : "Give this node another name, or stop the other one first"));
    }

    private NodeId self() {
        return table.own().node();
    }
}
