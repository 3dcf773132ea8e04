package io.dotkv.cluster.register.state;

import io.dotkv.cluster.layout.NumberedLayout;

/**
 * A wish to change what the cluster has agreed on: a pure function from the state before to the state after, or to a
 * refusal by name. The same wish may be applied twice, because a proposer that got no answer tries again; so each is
 * idempotent by what it asks for, and each says which state of its subject it starts from, so that one which comes late
 * does no harm.
 */
public sealed interface StateChange
        permits MemberChange, AcceptorChange, RetirementChange, StateChange.TakeLayout, StateChange.Nothing {
    /** What comes of it. Nothing but the state and the wish decides. */
    Outcome apply(ClusterState state);

    /** What comes of a change. */
    sealed interface Outcome {
        /**
         * It took effect, or had taken effect before.
         *
         * @param state the state after
         * @param answer the node number for a join, the boot number for a boot, 0 for others
         */
        record Changed(ClusterState state, int answer) implements Outcome {}

        /**
         * It cannot take effect on this state.
         *
         * @param sentence for people: why, and what to do
         */
        record Refused(Refusal reason, String sentence) implements Outcome {}
    }

    /** Why a change is refused. */
    enum Refusal {
        /** No member of that name. */
        NOT_A_MEMBER,
        /** The member has another instance: its disk was lost since, or it is another node. */
        OTHER_INSTANCE,
        /** This life of the node has left or was removed, for ever. */
        DEPARTED,
        /** Another node has the name. */
        NAME_TAKEN,
        /** A node of that name has gone, and the layout still names it. */
        STILL_PLACED,
        /** The wish starts from a state that is no more. */
        STALE,
        /** No room for one more. */
        FULL,
        /** The last one cannot go. */
        LAST,
        /** The acceptors are being changed already. */
        BUSY,
        /** What is wished for makes no sense in this cluster. */
        UNFIT
    }

    /** The layout of the next version. */
    record TakeLayout(NumberedLayout layout) implements StateChange {
        @Override
        public Outcome apply(ClusterState state) {
            if (layout.equals(state.layout())) {
                return new Outcome.Changed(state, 0);
            }
            if (layout.version() != state.layout().version() + 1) {
                return new Outcome.Refused(
                        Refusal.STALE,
                        "layout " + layout.version() + " does not follow on layout "
                                + state.layout().version() + ", which holds now; look at that one first");
            }
            if (layout.partitions() != state.layout().partitions()) {
                return new Outcome.Refused(
                        Refusal.UNFIT,
                        "the cluster has " + state.layout().partitions() + " partitions, and the layout "
                                + layout.partitions());
            }
            if (layout.numbers().anyMatch(number -> !state.hasNumber(number))) {
                return new Outcome.Refused(Refusal.UNFIT, "the layout names a node that is no member");
            }
            return new Outcome.Changed(state.with(layout), 0);
        }
    }

    /** No change; what it is applied to is the newest state. */
    record Nothing() implements StateChange {
        @Override
        public Outcome apply(ClusterState state) {
            return new Outcome.Changed(state, 0);
        }
    }
}
