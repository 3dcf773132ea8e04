package io.dotkv.cluster.register.state;

import io.dotkv.kernel.NodeId;

/**
 * The record that a member is one no more. It is never deleted: the instance stays refused, and the number stays used.
 * A node of that name whose data folder is new can join again, under a new number.
 *
 * @param how whether it left on its own wish or was removed
 */
public record DepartedMember(NodeId node, int number, String instance, How how) {
    /** On whose wish. */
    public enum How {
        /** It said so itself. */
        LEFT,
        /** An operator said that it will not come back. */
        REMOVED
    }
}
