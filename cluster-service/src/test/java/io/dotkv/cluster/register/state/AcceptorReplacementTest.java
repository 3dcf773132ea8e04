package io.dotkv.cluster.register.state;

import static io.dotkv.cluster.register.state.States.acceptor;
import static io.dotkv.cluster.register.state.States.after;
import static io.dotkv.cluster.register.state.States.formedBy;
import static io.dotkv.cluster.register.state.States.join;
import static io.dotkv.cluster.register.state.States.node;
import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.kernel.testkit.Seeds;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AcceptorReplacementTest {
    private static final ClusterState ABC = formedBy("a", "b", "c");

    private static Optional<AcceptorChange> wanted(ClusterState state) {
        return AcceptorReplacement.wanted(state, node -> true);
    }

    @Test
    void nothingIsWantedWhileAllMembersAreAcceptors() {
        assertThat(wanted(ABC)).isEmpty();
    }

    @Test
    void aNewMemberBecomesAnAcceptorWhenItIsLive() {
        ClusterState state = after(ABC, join("d"));
        assertThat(wanted(state)).contains(new AcceptorChange.Add(acceptor("d")));
        assertThat(AcceptorReplacement.wanted(state, node -> !node.equals(node("d"))))
                .isEmpty();
    }

    @Test
    void sevenAreEnough() {
        assertThat(wanted(after(formedBy("a", "b", "c", "d", "e", "f", "g"), join("h"))))
                .isEmpty();
    }

    @Test
    void aNodeThatLostItsDiskTakesItsOwnPlaceBeforeOthersDo() {
        ClusterState state = after(ABC, join("d"), new MemberChange.Join(node("c"), "c-2", Optional.of("c-1")));
        assertThat(wanted(state)).contains(new AcceptorChange.Replace(acceptor("c"), new AcceptorId(node("c"), "c-2")));
    }

    @Test
    void aMemberThatWentGivesItsPlaceToOneThatIsThereOrToNobody() {
        StateChange removal = new MemberChange.Remove(node("a"), "a-1");
        assertThat(wanted(after(ABC, removal))).contains(new AcceptorChange.Drop(acceptor("a")));
        assertThat(wanted(after(ABC, join("d"), removal)))
                .contains(new AcceptorChange.Replace(acceptor("a"), acceptor("d")));
    }

    @Test
    void aChangeThatIsUnderWayIsBroughtToItsEndFirst() {
        ClusterState state = after(ABC, join("d"), join("e"), new AcceptorChange.Add(acceptor("d")));
        assertThat(wanted(state)).contains(new AcceptorChange.EndHandover());
    }

    @Test
    void fromAnyStateItComesToAnEndWithAcceptorsThatAreAllMembers() {
        Seeds.run(1_000, random -> {
            ClusterState state = States.random(random);
            int steps = 0;
            for (Optional<AcceptorChange> next = wanted(state); next.isPresent(); next = wanted(state)) {
                state = after(state, next.get());
                steps++;
                assertThat(steps).isLessThan(40);
            }
            ClusterState last = state;
            assertThat(last.acceptors().isChanging()).isFalse();
            assertThat(last.acceptors().present())
                    .hasSize(Math.min(Acceptors.MOST, last.members().size()))
                    .allMatch(acceptor -> last.member(acceptor.node())
                            .map(member -> member.asAcceptor().equals(acceptor))
                            .orElse(false));
        });
    }
}
