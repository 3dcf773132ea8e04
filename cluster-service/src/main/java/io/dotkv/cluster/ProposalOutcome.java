package io.dotkv.cluster;

import io.dotkv.cluster.register.state.StateChange.Refusal;

/** What became of a change of what is agreed. */
public sealed interface ProposalOutcome {
    /**
     * It took effect, now or earlier.
     *
     * @param answer the node number for a join, the boot number for a boot, 0 for others
     */
    record Changed(int answer) implements ProposalOutcome {}

    /**
     * It cannot take effect.
     *
     * @param sentence for people: why, and what to do
     */
    record Refused(Refusal reason, String sentence) implements ProposalOutcome {}

    /**
     * No majority of the acceptors has answered in time.
     *
     * @param mayTakeEffect whether it may have taken effect, or may do so later
     */
    record Undecided(boolean mayTakeEffect) implements ProposalOutcome {}
}
