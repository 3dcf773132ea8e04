package io.dotkv.simulation.invariant.member;

import io.dotkv.cluster.Agreement;
import io.dotkv.cluster.ClusterView;
import io.dotkv.cluster.register.state.ClusterState;
import io.dotkv.cluster.register.state.RegisteredMember;
import io.dotkv.cluster.register.state.RetirementInProgress;
import io.dotkv.kernel.Actor;
import io.dotkv.simulation.history.FinalState;
import io.dotkv.simulation.invariant.Invariant;
import java.util.HashSet;
import java.util.Set;

/**
 * When faults have ended, all former boots are closed, by agreement and in every clock: clocks name nobody but those
 * who write, however often nodes were started.
 */
public final class ClocksCarryLiveActors implements Invariant {
    @Override
    public String sentence() {
        return "In the end clocks name no former boot.";
    }

    @Override
    public void rested(FinalState rest, Verdict verdict) {
        Set<Actor> live = new HashSet<>();
        for (ClusterView view : rest.views().values()) {
            view.agreement().map(Agreement::state).ifPresent(state -> {
                checkFloors(view, state, verdict);
                for (RegisteredMember member : state.members()) {
                    if (member.boot() > 0) {
                        live.add(new Actor(member.number(), member.boot()));
                    }
                }
            });
        }
        for (FinalState.ReplicaState replica : rest.replicas()) {
            if (!live.containsAll(replica.clock().actors())) {
                verdict.violated("the clock of partition " + replica.partition() + " at " + replica.node() + " is "
                        + replica.clock() + ", and only " + live + " write");
            }
        }
    }

    private static void checkFloors(ClusterView view, ClusterState state, Verdict verdict) {
        if (!state.closings().pending().isEmpty()) {
            verdict.violated("boots are still being closed at " + view.self() + ": "
                    + state.closings().pending());
        }
        state.layout().numbers().forEach(number -> {
            int boot = state.members().stream()
                    .filter(member -> member.number() == number)
                    .mapToInt(RegisteredMember::boot)
                    .findFirst()
                    .orElse(RetirementInProgress.EVERY_BOOT);
            if (state.closings().floorOf(number) < boot) {
                verdict.violated(
                        "boots of node number " + number + " before " + boot + " are not closed, says " + view.self());
            }
        });
    }
}
