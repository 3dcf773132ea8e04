package io.dotkv.simulation.invariant.member;

import io.dotkv.cluster.ClusterView;
import io.dotkv.cluster.Member;
import io.dotkv.kernel.NodeId;
import io.dotkv.simulation.history.FinalState;
import io.dotkv.simulation.invariant.Invariant;
import java.util.List;
import java.util.Map;

/** When faults have ended, every live node knows the same of every member and of the cluster. */
public final class MembersAgree implements Invariant {
    @Override
    public String sentence() {
        return "In the end all live nodes agree on the members and the cluster.";
    }

    @Override
    public void rested(FinalState rest, Verdict verdict) {
        Map.Entry<NodeId, ClusterView> first = null;
        for (Map.Entry<NodeId, ClusterView> each : rest.views().entrySet()) {
            first = first == null ? each : first;
            if (each.getValue().agreement().isEmpty()) {
                verdict.violated(each.getKey() + " is in no cluster");
            } else if (!facts(each.getValue()).equals(facts(first.getValue()))) {
                verdict.violated(first.getKey() + " and " + each.getKey() + " disagree: " + facts(first.getValue())
                        + " and " + facts(each.getValue()));
            }
        }
    }

    /** What does not depend on who looks. */
    private static List<String> facts(ClusterView view) {
        return view.members().stream().map(MembersAgree::fact).toList();
    }

    private static String fact(Member member) {
        return member.node() + " " + member.health() + " in incarnation " + member.incarnation() + ", boot "
                + member.boot();
    }
}
