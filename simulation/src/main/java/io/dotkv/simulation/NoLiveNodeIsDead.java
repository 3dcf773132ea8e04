package io.dotkv.simulation;

import io.dotkv.cluster.Health;
import io.dotkv.cluster.Member;

/** When faults have ended, nobody takes a live node for anything but alive. */
final class NoLiveNodeIsDead implements Invariant {
    @Override
    public String sentence() {
        return "In the end no live node is suspected or dead for anybody.";
    }

    @Override
    public void rested(Rest rest, Verdict verdict) {
        rest.views()
                .forEach((node, view) -> rest.views().keySet().forEach(other -> {
                    Health health = view.member(other).map(Member::health).orElse(Health.DEAD);
                    if (health != Health.ALIVE) {
                        verdict.violated(other + " lives and is " + health + " for " + node);
                    }
                }));
    }
}
