package io.dotkv.cluster;

import io.dotkv.cluster.register.state.StateChange.Refusal;
import java.util.Optional;

/** A change of what is agreed was not made, or it is not known whether it was. The message is a sentence for people. */
public final class NotAgreedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final ProposalOutcome decision;

    public NotAgreedException(ProposalOutcome decision, String sentence) {
        super(sentence);
        this.decision = decision;
    }

    /** Why it was refused; empty when no majority of the acceptors has answered. */
    public Optional<Refusal> refusal() {
        return decision instanceof ProposalOutcome.Refused refused ? Optional.of(refused.reason()) : Optional.empty();
    }

    /** Whether it may have taken effect, or may do so later. */
    public boolean mayTakeEffect() {
        return decision instanceof ProposalOutcome.Undecided undecided && undecided.mayTakeEffect();
    }
}
