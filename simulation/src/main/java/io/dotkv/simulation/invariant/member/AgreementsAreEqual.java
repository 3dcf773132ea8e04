package io.dotkv.simulation.invariant.member;

import io.dotkv.cluster.Agreement;
import io.dotkv.cluster.ClusterView;
import io.dotkv.kernel.NodeId;
import io.dotkv.simulation.history.FinalState;
import io.dotkv.simulation.invariant.Invariant;
import java.util.Map;

/** When faults have ended, every live node has come to know the newest of what is agreed. */
public final class AgreementsAreEqual implements Invariant {
    @Override
    public String sentence() {
        return "In the end all live nodes know the same agreement.";
    }

    @Override
    public void rested(FinalState rest, Verdict verdict) {
        Map.Entry<NodeId, Agreement> first = null;
        for (Map.Entry<NodeId, ClusterView> each : rest.views().entrySet()) {
            if (each.getValue().agreement().isEmpty()) {
                verdict.violated(each.getKey() + " knows of no agreement");
                continue;
            }
            Map.Entry<NodeId, Agreement> known =
                    Map.entry(each.getKey(), each.getValue().agreement().get());
            first = first == null ? known : first;
            if (!known.getValue().equals(first.getValue())) {
                verdict.violated(first.getKey() + " knows " + first.getValue() + ", and " + known.getKey() + " knows "
                        + known.getValue());
            }
        }
    }
}
