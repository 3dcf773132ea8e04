package io.dotkv.cluster;

/** A node was reached and refused, with a reason for programs and a sentence for people. */
public final class PeerRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Why. */
    public enum Reason {
        /** The two nodes belong to different clusters. */
        WRONG_CLUSTER,
        /** Another node of the same name is alive. */
        NAME_TAKEN,
        /** Another node of the same name may be alive; it is worth trying again in a moment. */
        NAME_IN_DOUBT,
        /** The node is not the one that was meant. */
        NOT_THIS_NODE,
        /** This life of the node has left the cluster for good, or was removed. */
        DEPARTED
    }

    private final Reason reason;

    public PeerRefusedException(Reason reason, String sentence) {
        super(sentence);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
