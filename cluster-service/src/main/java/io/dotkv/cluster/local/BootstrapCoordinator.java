package io.dotkv.cluster.local;

import io.dotkv.cluster.ClusterPeer.FormAnswer;
import io.dotkv.cluster.ClusterPeer.FormStep;
import io.dotkv.cluster.Member;
import io.dotkv.cluster.Now;
import io.dotkv.cluster.bootstrap.Bootstrap;
import io.dotkv.cluster.bootstrap.Promises;
import io.dotkv.cluster.layout.Formation;
import io.dotkv.cluster.membership.MemberTable;
import io.dotkv.kernel.NodeId;
import java.util.List;
import java.util.Optional;

/**
 * This node's part in forming the cluster: carries the steps of {@link Bootstrap} between the members, and has every change of
 * its promise or its formation saved before anything is sent or answered. One thread.
 */
final class BootstrapCoordinator {
    private final NodeId self;
    private final MemberTable table;
    private final Bootstrap forming;
    private final JoinReport joinReport;
    private final Outbox out;

    BootstrapCoordinator(NodeId self, MemberTable table, Bootstrap forming, JoinReport joinReport, Outbox out) {
        this.self = self;
        this.table = table;
        this.forming = forming;
        this.joinReport = joinReport;
        this.out = out;
    }

    /** Proposes, if it is this node's turn to. */
    void tick(Now now) {
        List<NodeId> alive = table.alive().stream().map(Member::node).toList();
        Promises before = forming.promises();
        List<NodeId> asked = forming.tick(alive, this::instanceOf, now);
        saveIfChanged(before);
        forming.proposal().ifPresent(step -> send(step, asked));
        commitIfUnanimous();
    }

    private Optional<String> instanceOf(NodeId node) {
        return table.get(node).map(Member::instance);
    }

    private void saveIfChanged(Promises before) {
        if (!before.equals(forming.promises())) {
            out.save();
        }
    }

    private void commitIfUnanimous() {
        if (forming.commitIfUnanimous()) {
            took("all founders promised");
            forming.commitment().ifPresent(step -> send(step, step.formation().members()));
        }
    }

    private void send(FormStep step, List<NodeId> founders) {
        for (NodeId founder : founders) {
            table.get(founder)
                    .filter(member -> !founder.equals(self))
                    .ifPresent(member -> out.add(new ClusterEffect.SendStep(member, step)));
        }
    }

    private void took(String how) {
        out.save();
        out.show();
        out.add(new ClusterEffect.Log(
                "The cluster has formed: " + forming.formation().orElseThrow() + " (" + how + ")."));
    }

    /** Takes the agreed facts that somebody tells, if there are none yet. */
    void learn(Optional<Formation> agreed, NodeId teller) {
        if (forming.formation().isEmpty() && agreed.isPresent()) {
            forming.take(agreed.get());
            took("told by " + teller);
        }
    }

    /** Answers another node's step. */
    FormAnswer answer(FormStep step) {
        Promises before = forming.promises();
        boolean wasForming = forming.formation().isEmpty();
        FormAnswer answer = forming.answer(step, this::instanceOf);
        saveIfChanged(before);
        if (wasForming && forming.formation().isPresent()) {
            took("formed by " + step.former());
        }
        return answer;
    }

    /** A founder answered this node's step. */
    void answered(Member founder, FormStep step, FormAnswer answer) {
        learn(answer.formation(), founder.node());
        if (answer.accepted() && !step.commit()) {
            forming.promised(founder.node(), step.formation());
            commitIfUnanimous();
        } else if (!answer.accepted()) {
            joinReport.failed(founder.clusterAddress(), answer.reason());
        }
    }
}
