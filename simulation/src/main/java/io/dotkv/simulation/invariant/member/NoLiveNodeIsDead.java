package io.dotkv.simulation.invariant.member;

import io.dotkv.cluster.ClusterView;
import io.dotkv.cluster.Health;
import io.dotkv.cluster.Member;
import io.dotkv.simulation.history.FinalState;
import io.dotkv.simulation.invariant.Invariant;
import io.dotkv.simulation.machine.SimulatedNode;

/** When faults have ended, nobody takes a live node for anything but alive, and so it remains. */
public final class NoLiveNodeIsDead implements Invariant {
    private boolean quiet;

    @Override
    public String sentence() {
        return "In the end no live node is suspected or dead for anybody.";
    }

    @Override
    public void quiet() {
        quiet = true;
    }

    @Override
    public void viewed(SimulatedNode node, ClusterView view, Verdict verdict) {
        if (quiet && node.departure().isEmpty()) {
            view.members().stream()
                    .filter(member -> member.health() != Health.ALIVE)
                    .forEach(member -> verdict.violated(member.node() + " lives, all were at rest, and "
                            + member.noticedBy() + " takes it for " + member.health() + " at " + node.id() + ": "
                            + member.reason()));
        }
    }

    @Override
    public void rested(FinalState rest, Verdict verdict) {
        rest.views()
                .forEach((node, view) -> rest.views().keySet().forEach(other -> {
                    Health health = view.member(other).map(Member::health).orElse(Health.DEAD);
                    if (health != Health.ALIVE) {
                        verdict.violated(other + " lives and is " + health + " for " + node);
                    }
                }));
    }
}
