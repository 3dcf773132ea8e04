package io.dotkv.simulation.register;

import io.dotkv.cluster.register.state.ClusterState;
import io.dotkv.cluster.register.state.RegisteredMember;
import io.dotkv.cluster.register.state.StateChange;
import io.dotkv.cluster.register.state.StateChange.Outcome;
import io.dotkv.simulation.linearizability.SequentialModel;

/** The register as it would be on one machine: changes come one after the other, and each is told what it came to. */
record StateModel(ClusterState initial) implements SequentialModel<ClusterState, StateChange, Outcome> {
    @Override
    public Step<ClusterState, Outcome> apply(ClusterState state, StateChange change) {
        Outcome outcome = change.apply(state);
        return new Step<>(outcome instanceof Outcome.Changed changed ? changed.state() : state, outcome);
    }

    /** Versions and boots only grow, and whoever has gone stays gone. */
    @Override
    public boolean mayStillAnswer(ClusterState state, Outcome outcome) {
        return !(outcome instanceof Outcome.Changed changed) || mayBecome(state, changed.state());
    }

    private static boolean mayBecome(ClusterState state, ClusterState later) {
        if (state.version() >= later.version()) {
            return state.equals(later);
        }
        return state.nextNumber() <= later.nextNumber()
                && later.departures().containsAll(state.departures())
                && state.members().stream().allMatch(member -> mayBecome(member, later));
    }

    private static boolean mayBecome(RegisteredMember member, ClusterState later) {
        return later.member(member.node())
                .map(same -> same.number() > member.number()
                        || (same.number() == member.number() && same.boot() >= member.boot()))
                .orElse(true);
    }
}
