package io.dotkv.simulation.history;

import io.dotkv.cluster.ClusterView;
import io.dotkv.cluster.register.state.RetirementInProgress;
import io.dotkv.kernel.Actor;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.PartitionId;
import java.util.Map;
import java.util.TreeMap;

/**
 * The boots whose closing was agreed on, as far as any node has shown it. Of their events those are void that nobody
 * had.
 */
public final class ClosedBoots {
    private final Map<Actor, RetirementInProgress> closed = new TreeMap<>();

    public void learn(ClusterView view) {
        view.agreement().ifPresent(agreement -> {
            for (RetirementInProgress closing : agreement.state().closings().pending()) {
                if (closing.committed()) {
                    closed.put(closing.first(), closing);
                }
            }
        });
    }

    public boolean isVoid(PartitionId partition, Dot dot) {
        return closed.values().stream()
                .anyMatch(closing -> closing.number() == dot.actor().node()
                        && dot.actor().boot() < closing.below()
                        && !closing.endOf(partition.number()).contains(dot));
    }
}
