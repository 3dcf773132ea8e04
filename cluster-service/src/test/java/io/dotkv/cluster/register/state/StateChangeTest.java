package io.dotkv.cluster.register.state;

import static io.dotkv.cluster.register.state.States.acceptor;
import static io.dotkv.cluster.register.state.States.after;
import static io.dotkv.cluster.register.state.States.boot;
import static io.dotkv.cluster.register.state.States.formedBy;
import static io.dotkv.cluster.register.state.States.join;
import static io.dotkv.cluster.register.state.States.node;
import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.cluster.layout.Layout;
import io.dotkv.cluster.layout.NumberedLayout;
import io.dotkv.cluster.register.state.StateChange.Outcome.Changed;
import io.dotkv.cluster.register.state.StateChange.Outcome.Refused;
import io.dotkv.cluster.register.state.StateChange.Refusal;
import io.dotkv.kernel.testkit.Seeds;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StateChangeTest {
    private static final ClusterState ABC = formedBy("a", "b", "c");

    private static int answer(StateChange change, ClusterState state) {
        return ((Changed) change.apply(state)).answer();
    }

    private static void refused(StateChange change, ClusterState state, Refusal reason, String part) {
        assertThat(change.apply(state)).isInstanceOfSatisfying(Refused.class, refused -> {
            assertThat(refused.reason()).isEqualTo(reason);
            assertThat(refused.sentence()).contains(part);
        });
    }

    @Test
    void theFirstStateNumbersTheFoundersInTheirOrder() {
        assertThat(ABC.members()).extracting(RegisteredMember::number).containsExactly(1, 2, 3);
        assertThat(ABC.acceptors().present()).containsExactly(acceptor("a"), acceptor("b"), acceptor("c"));
        assertThat(ABC.layout().named(number -> node("abc".substring(number - 1, number))))
                .isEqualTo(Layout.first(List.of(node("a"), node("b"), node("c")), 4, 3));
    }

    @Test
    void atMostSevenFoundersAreAcceptors() {
        assertThat(formedBy("a", "b", "c", "d", "e", "f", "g", "h", "i")
                        .acceptors()
                        .present())
                .hasSize(7)
                .doesNotContain(acceptor("h"));
    }

    @Test
    void aNodeThatJoinsGetsTheNextNumberAndTheSameAgainWhenItAsksAgain() {
        assertThat(answer(join("d"), ABC)).isEqualTo(4);
        assertThat(answer(join("d"), after(ABC, join("d"), join("e")))).isEqualTo(4);
    }

    @Test
    void anotherNodeOfTheSameNameIsRefusedUnlessItSaysWhomItReplaces() {
        refused(new MemberChange.Join(node("a"), "a-2", Optional.empty()), ABC, Refusal.NAME_TAKEN, "another name");
        StateChange back = new MemberChange.Join(node("a"), "a-2", Optional.of("a-1"));
        assertThat(answer(back, ABC)).isEqualTo(1);
        assertThat(after(ABC, back).member(node("a")).orElseThrow().instance()).isEqualTo("a-2");
    }

    @Test
    void theWishOfAnEarlierLifeThatComesLateDoesNotPutItBack() {
        ClusterState state = after(ABC, new MemberChange.Join(node("a"), "a-2", Optional.of("a-1")));
        refused(new MemberChange.Join(node("a"), "a-1", Optional.empty()), state, Refusal.NAME_TAKEN, "a-2");
        refused(boot("a", 0, 7), state, Refusal.OTHER_INSTANCE, "a-2");
    }

    @Test
    void everyProcessGetsABootOfItsOwnAndTheSameHoweverOftenItAsks() {
        assertThat(answer(boot("a", 0, 7), ABC)).isEqualTo(1);
        ClusterState booted = after(ABC, boot("a", 0, 7));
        assertThat(boot("a", 0, 7).apply(booted)).isEqualTo(new Changed(booted, 1));
        assertThat(answer(boot("a", 1, 8), booted)).isEqualTo(2);
    }

    @Test
    void aBootThatWasAskedForBeforeALaterProcessTookOneIsNotGiven() {
        ClusterState booted = after(ABC, boot("a", 0, 8));
        refused(boot("a", 0, 7), booted, Refusal.STALE, "is in boot 1");
    }

    @Test
    void aBootKeepsTheLifeAndTheStorageItWasTakenFor() {
        RegisteredMember member = after(ABC, boot("b", 0, 7)).member(node("b")).orElseThrow();
        assertThat(member).isEqualTo(new RegisteredMember(node("b"), 2, "b-1", 1, 7, 0, "storage of b"));
    }

    @Test
    void aStrangerGetsNoBoot() {
        refused(boot("z", 0, 1), ABC, Refusal.NOT_A_MEMBER, "joins first");
    }

    @Test
    void whoWasRemovedIsRefusedForEverUnderASentence() {
        ClusterState state = after(ABC, new MemberChange.Remove(node("b"), "b-1"));
        refused(join("b"), state, Refusal.DEPARTED, "was removed from the cluster and cannot come back");
        refused(boot("b", 0, 1), state, Refusal.DEPARTED, "move its data folder away");
        refused(
                new MemberChange.Join(node("b"), "b-2", Optional.empty()),
                state,
                Refusal.STILL_PLACED,
                "is still in the layout");
    }

    @Test
    void whoComesAgainWithAnotherDiskIsAnotherNodeAndNoNumberIsGivenTwice() {
        ClusterState state = after(ABC, join("d"), new MemberChange.Remove(node("d"), "d-1"));
        assertThat(answer(new MemberChange.Join(node("d"), "d-2", Optional.empty()), state))
                .isEqualTo(5);
    }

    @Test
    void whoLeftIsToldThatItLeft() {
        ClusterState state = after(ABC, new MemberChange.Leave(node("b"), "b-1"));
        refused(join("b"), state, Refusal.DEPARTED, "left the cluster");
    }

    @Test
    void aRemovalIsOfOneLifeOfANode() {
        ClusterState state = after(ABC, new MemberChange.Join(node("a"), "a-2", Optional.of("a-1")));
        refused(new MemberChange.Remove(node("a"), "a-1"), state, Refusal.OTHER_INSTANCE, "a-2");
    }

    @Test
    void theLastMemberStays() {
        refused(new MemberChange.Remove(node("a"), "a-1"), formedBy("a"), Refusal.LAST, "last member");
    }

    @Test
    void aLayoutFollowsOnTheOneThatHolds() {
        NumberedLayout second = new NumberedLayout(2, new int[][] {{1}, {2}, {3}, {1, 2, 3}});
        ClusterState state = after(ABC, new StateChange.TakeLayout(second));
        assertThat(state.layout()).isEqualTo(second);
        assertThat(after(state, new StateChange.TakeLayout(second))).isEqualTo(state);
        refused(
                new StateChange.TakeLayout(new NumberedLayout(2, new int[][] {{3}, {3}, {3}, {3}})),
                state,
                Refusal.STALE,
                "does not follow on layout 2");
        refused(
                new StateChange.TakeLayout(new NumberedLayout(2, new int[][] {{1}})),
                ABC,
                Refusal.UNFIT,
                "4 partitions");
        refused(
                new StateChange.TakeLayout(new NumberedLayout(2, new int[][] {{4}, {1}, {1}, {1}})),
                ABC,
                Refusal.UNFIT,
                "no member");
    }

    @Test
    void acceptorsAreChangedInTwoStepsAndOneChangeWaitsForTheOther() {
        ClusterState state = after(ABC, join("d"), new AcceptorChange.Replace(acceptor("a"), acceptor("d")));
        assertThat(state.acceptors().present()).containsExactly(acceptor("b"), acceptor("c"), acceptor("d"));
        assertThat(state.acceptors().former()).isEqualTo(ABC.acceptors().present());
        refused(new AcceptorChange.Drop(acceptor("b")), state, Refusal.BUSY, "waits");
        assertThat(after(state, new AcceptorChange.EndHandover()).acceptors())
                .isEqualTo(new Acceptors(state.acceptors().present(), List.of()));
    }

    @Test
    void onlyAMembersPresentDiskBecomesAnAcceptor() {
        refused(new AcceptorChange.Add(acceptor("d")), ABC, Refusal.NOT_A_MEMBER, "cannot be an acceptor");
        refused(new AcceptorChange.Drop(acceptor("a")), formedBy("a"), Refusal.LAST, "last acceptor");
    }

    @Test
    void whatTookEffectOnceChangesNothingWhenItIsAppliedAgain() {
        Seeds.run(2_000, random -> {
            ClusterState state = States.random(random);
            for (StateChange change : List.of(
                    join("e"),
                    boot(
                            "a",
                            state.member(node("a")).map(RegisteredMember::boot).orElse(0),
                            99),
                    new MemberChange.Leave(node("b"), "b-1"),
                    new MemberChange.Remove(node("c"), "c-1"),
                    new AcceptorChange.Add(acceptor("d")),
                    new AcceptorChange.Replace(acceptor("a"), acceptor("d")),
                    new AcceptorChange.Replace(acceptor("b"), acceptor("b")),
                    new AcceptorChange.Drop(acceptor("a")),
                    new AcceptorChange.EndHandover())) {
                if (change.apply(state) instanceof Changed once) {
                    assertThat(change.apply(once.state())).isEqualTo(once);
                    assertThat(once.state().version() - state.version()).isBetween(0L, 1L);
                }
            }
        });
    }
}
