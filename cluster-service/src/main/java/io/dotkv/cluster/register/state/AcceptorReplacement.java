package io.dotkv.cluster.register.state;

import io.dotkv.kernel.NodeId;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Which change of the acceptors is wanted next: a change that is under way is brought to its end; an acceptor whose
 * disk was lost, or that is a member no more, gives its place to a member; and there are up to {@value Acceptors#MOST}
 * as far as there are members. One at a time.
 */
public final class AcceptorReplacement {
    private AcceptorReplacement() {}

    /** @param isLive whether a member is believed to be there; others are not made acceptors */
    public static Optional<AcceptorChange> wanted(ClusterState state, Predicate<NodeId> isLive) {
        if (state.acceptors().isChanging()) {
            return Optional.of(new AcceptorChange.EndHandover());
        }
        Optional<AcceptorId> lost = state.acceptors().present().stream()
                .filter(acceptor -> !isMember(state, acceptor))
                .findFirst();
        Optional<AcceptorId> spare = spare(state, isLive, lost.map(AcceptorId::node));
        if (lost.isPresent()) {
            return spare.<AcceptorChange>map(fresh -> new AcceptorChange.Replace(lost.get(), fresh))
                    .or(() -> Optional.of(new AcceptorChange.Drop(lost.get()))
                            .filter(drop -> state.acceptors().present().size() > 1));
        }
        return spare.<AcceptorChange>map(AcceptorChange.Add::new)
                .filter(add -> state.acceptors().present().size() < Acceptors.MOST);
    }

    private static boolean isMember(ClusterState state, AcceptorId acceptor) {
        return state.member(acceptor.node())
                .filter(member -> member.instance().equals(acceptor.instance()))
                .isPresent();
    }

    /** The new life of the node that lost its disk when there is one, else the member with the lowest number. */
    private static Optional<AcceptorId> spare(ClusterState state, Predicate<NodeId> isLive, Optional<NodeId> lost) {
        return state.members().stream()
                .filter(member -> isLive.test(member.node()))
                .filter(member -> !state.acceptors().present().contains(member.asAcceptor()))
                .min(Comparator.<RegisteredMember>comparingInt(
                                member -> Optional.of(member.node()).equals(lost) ? 0 : 1)
                        .thenComparingInt(RegisteredMember::number))
                .map(RegisteredMember::asAcceptor);
    }
}
