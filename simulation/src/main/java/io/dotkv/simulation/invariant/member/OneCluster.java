package io.dotkv.simulation.invariant.member;

import io.dotkv.cluster.ClusterView;
import io.dotkv.simulation.invariant.Invariant;
import io.dotkv.simulation.machine.SimulatedNode;
import java.util.Map;
import java.util.TreeMap;

/** The nodes form one cluster, never two. */
public final class OneCluster implements Invariant {
    private final Map<String, String> clusters = new TreeMap<>();

    @Override
    public String sentence() {
        return "Nodes that meet form one cluster, never two.";
    }

    @Override
    public void viewed(SimulatedNode node, ClusterView view, Verdict verdict) {
        view.agreement().ifPresent(formation -> {
            clusters.putIfAbsent(formation.clusterId(), node.id().name());
            if (clusters.size() > 1) {
                verdict.violated("there are the clusters " + clusters);
            }
        });
    }
}
