package io.dotkv.cluster;

import io.dotkv.cluster.register.state.DepartedMember;

/** How people are told. */
public final class ClusterMessages {
    private ClusterMessages() {}

    public static String of(Health health) {
        return switch (health) {
            case ALIVE -> "alive";
            case SUSPECT -> "suspect";
            case DEAD -> "dead";
            case LEFT -> "stopped";
        };
    }

    /** That a node is a member no more. */
    public static String of(DepartedMember gone) {
        String how =
                gone.how() == DepartedMember.How.LEFT ? "left the cluster permanently" : "was removed from the cluster";
        return "node " + gone.node() + " (number " + gone.number() + ") " + how
                + ", and its data folder can no longer rejoin. To join as a new node, move the folder "
                + "away and choose another name";
    }

    /** Why something could not be agreed on. */
    public static String undecided(int acceptors) {
        return acceptors == 0
                ? "the cluster has not formed yet, so no change can be agreed on"
                : "too few of the " + acceptors + " acceptors of the cluster register answer: "
                        + (acceptors / 2 + 1)
                        + " are needed (see \"dotkv cluster nodes\"). Running nodes keep serving; starts "
                        + "and membership changes wait until enough acceptors are back";
    }

    /** The same to the node itself. */
    public static String ofOwn(DepartedMember gone) {
        return "This node stops: " + of(gone) + ".";
    }
}
