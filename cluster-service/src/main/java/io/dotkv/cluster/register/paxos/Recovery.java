package io.dotkv.cluster.register.paxos;

import io.dotkv.cluster.register.state.AcceptorId;
import io.dotkv.cluster.register.state.Acceptors;
import io.dotkv.cluster.register.state.ClusterState;
import io.dotkv.cluster.register.state.DepartedMember;
import io.dotkv.cluster.register.state.RegisteredMember;
import io.dotkv.kernel.NodeId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A register whose acceptors are lost for good begins anew from what one survivor knows: it is the only acceptor, the
 * lost members are removed, and the others follow because its ballot is higher than any that they know.
 *
 * <p>What only the lost ones knew is undone. So that no boot is given twice because of that, every member's next one is
 * far beyond; the same holds for the version.
 *
 * @param agreement the first value
 * @param record the record of the survivor's acceptor, which holds it
 */
public record Recovery(Accepted agreement, AcceptorRecord record) {
    private static final int BOOTS = 1 << 20;
    private static final long VERSIONS = 1 << 20;
    private static final long ROUNDS = 1L << 32;

    /**
     * @param known the newest chosen value that the survivor knows
     * @param record what its acceptor has
     * @param lost the members that will not come back
     * @param life 64 random bits
     * @throws IllegalArgumentException with a sentence, when the survivor is no member or one of the lost is none
     */
    public static Recovery of(Accepted known, AcceptorRecord record, List<NodeId> lost, long life) {
        AcceptorId self = record.self();
        Accepted newest =
                record.accepted().map(value -> Accepted.newest(known, value)).orElse(known);
        ClusterState state = newest.state();
        RegisteredMember survivor = state.member(self.node())
                .filter(member -> member.instance().equals(self.instance()))
                .orElseThrow(() -> new IllegalArgumentException(self + " is no member of the cluster"));
        for (NodeId node : lost) {
            if (newest.state().departures().stream()
                            .anyMatch(gone -> gone.node().equals(node))
                    && newest.state().member(node).isEmpty()) {
                continue;
            }
            RegisteredMember member = state.member(node)
                    .orElseThrow(
                            () -> new IllegalArgumentException(node + " is no member of the cluster; its members are "
                                    + newest.state().members().stream()
                                            .map(each -> each.node().name())
                                            .collect(Collectors.joining(", "))));
            if (node.equals(self.node())) {
                throw new IllegalArgumentException(node + " is the node that is to survive");
            }
            state = state.without(member, DepartedMember.How.REMOVED);
        }
        List<RegisteredMember> members = new ArrayList<>();
        for (RegisteredMember member : state.members()) {
            members.add(member.afterRecovery(BOOTS));
        }
        ClusterState first = new ClusterState(
                newest.state().version() + VERSIONS,
                state.clusterId(),
                state.clusterKey(),
                state.nextNumber(),
                members,
                state.departures(),
                state.layout(),
                Acceptors.of(List.of(survivor.asAcceptor())),
                state.closings());
        long round = Math.max(newest.ballot().round(), record.promised().round()) + ROUNDS;
        Accepted agreement = new Accepted(new Ballot(round, life), first);
        return new Recovery(
                agreement,
                new AcceptorRecord(
                        self,
                        record.start(),
                        true,
                        agreement.ballot(),
                        Optional.of(agreement),
                        false,
                        Collections.emptySortedMap()));
    }
}
