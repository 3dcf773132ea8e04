package io.dotkv.simulation.register;

import io.dotkv.cluster.register.state.AcceptorChange;
import io.dotkv.cluster.register.state.AcceptorId;
import io.dotkv.cluster.register.state.AcceptorReplacement;
import io.dotkv.cluster.register.state.ClusterState;
import io.dotkv.cluster.register.state.MemberChange;
import io.dotkv.cluster.register.state.RegisteredMember;
import io.dotkv.cluster.register.state.StateChange;
import io.dotkv.kernel.ports.RandomSource;
import java.util.List;
import java.util.Optional;

/**
 * What the clients of a {@link RegisterWorld} want: boots and joins above all, and that acceptors change again and
 * again.
 */
record Wishes(RandomSource random, List<RegisterNode> nodes, int acceptorChanges) {
    /** A wish about a node, made with what another node knows, or with what is newest. */
    StateChange draw(RegisterNode node, ClusterState newest) {
        RegisterNode knowing = nodes.get(random.nextInt(nodes.size()));
        ClusterState known = random.nextInt(3) == 0 ? knowing.knownState() : newest;
        if (random.nextInt(1_000) < acceptorChanges) {
            return changeOfAcceptors(known);
        }
        AcceptorId life = node.asAcceptor();
        Optional<RegisteredMember> member = known.member(node.id());
        if (member.isEmpty() || !member.get().instance().equals(life.instance())) {
            return new MemberChange.Join(node.id(), life.instance(), member.map(RegisteredMember::instance));
        }
        return switch (random.nextInt(16)) {
            case 0 -> new MemberChange.Leave(node.id(), life.instance());
            case 1, 2, 3, 4, 5 -> new StateChange.Nothing();
            default ->
                new MemberChange.Boot(
                        node.id(),
                        life.instance(),
                        member.get().boot(),
                        random.nextInt(3),
                        "s",
                        random.nextInt(4) == 0 ? random.nextInt(9) : 0);
        };
    }

    private StateChange changeOfAcceptors(ClusterState known) {
        if (known.acceptors().isChanging() || random.nextInt(3) == 0) {
            return AcceptorReplacement.wanted(known, node -> true)
                    .<StateChange>map(change -> change)
                    .orElse(new StateChange.Nothing());
        }
        List<AcceptorId> present = known.acceptors().present();
        AcceptorId one = present.get(random.nextInt(present.size()));
        AcceptorId other =
                known.members().get(random.nextInt(known.members().size())).asAcceptor();
        return switch (random.nextInt(6)) {
            case 0 -> new AcceptorChange.Add(other);
            case 4, 5 -> new AcceptorChange.EndHandover();
            case 1 -> present.size() > 2 ? new AcceptorChange.Drop(one) : new StateChange.Nothing();
            default -> new AcceptorChange.Replace(one, other);
        };
    }
}
