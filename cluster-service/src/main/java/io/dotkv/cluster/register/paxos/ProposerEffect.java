package io.dotkv.cluster.register.paxos;

import io.dotkv.cluster.register.state.ClusterState;
import io.dotkv.cluster.register.state.StateChange;

/** What a proposer wants done. */
public sealed interface ProposerEffect {
    /** Ask an acceptor, which may be on this node. The answer, if one comes, goes to {@link Proposer#take}. */
    record Ask(AcceptorQuestion question) implements ProposerEffect {}

    /** A value is chosen: keep it, tell this node's acceptor of it, and spread its version. */
    record Chosen(Accepted value) implements ProposerEffect {}

    /** What became of a change that was handed in. */
    record Finished(long id, Result result) implements ProposerEffect {}

    /** What became of a change. */
    sealed interface Result {
        /**
         * It was decided.
         *
         * @param state the state that was chosen with it
         * @param wasRepeated whether it had been proposed before, by a ballot that got no quorum: then it may have
         *     taken effect earlier as well, and what it did may have been undone by others before this outcome
         */
        record Decided(StateChange.Outcome outcome, ClusterState state, boolean wasRepeated) implements Result {}

        /** It may have taken effect, or may do so later. */
        record Unknown() implements Result {}

        /** It surely did not take effect through this proposer, and will not. */
        record NotDone() implements Result {}
    }
}
