package io.dotkv.simulation.invariant.member;

import io.dotkv.cluster.Cluster;
import io.dotkv.cluster.ClusterView;
import io.dotkv.cluster.register.state.ClusterState;
import io.dotkv.cluster.register.state.DepartedMember;
import io.dotkv.kernel.NodeId;
import io.dotkv.simulation.history.FinalState;
import io.dotkv.simulation.invariant.Invariant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Once it was said that a node has left or was removed, that life of it is a member for nobody in the end. */
public final class DeparturesStay implements Invariant {
    private final Map<Integer, NodeId> gone = new TreeMap<>();

    @Override
    public String sentence() {
        return "What was acknowledged to be a member no more never is one again.";
    }

    @Override
    public void departed(Cluster.Departed departed, Verdict verdict) {
        gone.put(departed.number(), departed.node());
    }

    @Override
    public void rested(FinalState rest, Verdict verdict) {
        rest.views().forEach((at, view) -> gone.forEach((number, node) -> check(at, view, number, node, verdict)));
    }

    private static void check(NodeId at, ClusterView view, int number, NodeId node, Verdict verdict) {
        ClusterState state = view.agreement().orElseThrow().state();
        Optional<DepartedMember> departure = state.departures().stream()
                .filter(one -> one.number() == number && one.node().equals(node))
                .findFirst();
        if (departure.isEmpty()) {
            verdict.violated("at " + at + " nothing is known of the departure of " + node + ", number " + number);
        } else if (state.members().stream().anyMatch(member -> member.number() == number)) {
            verdict.violated(node + ", number " + number + ", has departed and is a member at " + at);
        } else if (view.member(node)
                .filter(member -> member.instance().equals(departure.get().instance()))
                .isPresent()) {
            verdict.violated(node + ", number " + number + ", has departed and is listed at " + at);
        }
    }
}
