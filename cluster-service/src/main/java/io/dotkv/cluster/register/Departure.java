package io.dotkv.cluster.register;

import io.dotkv.cluster.Agreement;
import io.dotkv.cluster.Cluster.Departed;
import io.dotkv.cluster.NotAgreedException;
import io.dotkv.cluster.ProposalOutcome;
import io.dotkv.cluster.register.state.AcceptorId;
import io.dotkv.cluster.register.state.ClusterState;
import io.dotkv.cluster.register.state.DepartedMember.How;
import io.dotkv.cluster.register.state.MemberChange;
import io.dotkv.cluster.register.state.RegisteredMember;
import io.dotkv.cluster.register.state.StateChange.Refusal;
import io.dotkv.kernel.NodeId;
import java.util.List;
import java.util.Optional;

/**
 * The end of a membership for good.
 *
 * @param who whom it takes out
 * @param change the change to propose; none when the member has gone already
 */
public record Departure(Departed who, Optional<MemberChange> change) {
    /**
     * The departure of a member, or of one that has departed already.
     *
     * @param liveAcceptors the acceptors that are believed to be there; none to force it, whatever is lost
     * @throws NotAgreedException when there is no such member, or too much would be lost with it
     */
    static Departure of(Optional<Agreement> known, NodeId node, How how, Optional<List<AcceptorId>> liveAcceptors) {
        Agreement agreement = known.orElseThrow(() -> refused(Refusal.NOT_A_MEMBER, "the cluster has not formed yet"));
        ClusterState state = agreement.state();
        int partitions = agreement.layout().heldBy(node).size();
        Optional<RegisteredMember> member = state.member(node);
        if (member.isEmpty()) {
            return new Departure(departed(state, node, partitions), Optional.empty());
        }
        liveAcceptors.ifPresent(live -> check(agreement, node, partitions, live));
        String instance = member.get().instance();
        MemberChange change = switch (how) {
            case LEFT -> new MemberChange.Leave(node, instance);
            case REMOVED -> new MemberChange.Remove(node, instance);
        };
        return new Departure(new Departed(node, member.get().number(), partitions), Optional.of(change));
    }

    private static Departed departed(ClusterState state, NodeId node, int partitions) {
        return state.departures().reversed().stream()
                .filter(gone -> gone.node().equals(node))
                .findFirst()
                .map(gone -> new Departed(node, gone.number(), partitions))
                .orElseThrow(() -> refused(
                        Refusal.NOT_A_MEMBER,
                        node + " is no member of the cluster; its members are "
                                + state.members().stream()
                                        .map(RegisteredMember::node)
                                        .toList()));
    }

    private static void check(Agreement agreement, NodeId node, int partitions, List<AcceptorId> liveAcceptors) {
        if (partitions > 0) {
            throw refused(Refusal.UNFIT, DataLoss.of(agreement, node).sentence());
        }
        int acceptors = agreement.state().acceptors().present().size();
        long left = liveAcceptors.stream()
                .filter(acceptor -> !acceptor.node().equals(node))
                .count();
        if (left <= acceptors / 2) {
            throw refused(
                    Refusal.UNFIT,
                    "without " + node + " too few of the " + acceptors
                            + " acceptors of the cluster register would remain to agree on changes; start the "
                            + "other nodes first, or " + DataLoss.FORCE);
        }
    }

    static NotAgreedException refused(Refusal reason, String sentence) {
        return new NotAgreedException(new ProposalOutcome.Refused(reason, sentence), sentence);
    }
}
