package io.dotkv.cluster.register.paxos;

import static io.dotkv.cluster.register.state.States.acceptor;
import static io.dotkv.cluster.register.state.States.after;
import static io.dotkv.cluster.register.state.States.boot;
import static io.dotkv.cluster.register.state.States.formedBy;
import static io.dotkv.cluster.register.state.States.join;
import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.cluster.register.state.AcceptorChange;
import io.dotkv.cluster.register.state.AcceptorId;
import io.dotkv.cluster.register.state.Acceptors;
import io.dotkv.cluster.register.state.ClusterState;
import io.dotkv.cluster.register.state.StateChange;
import io.dotkv.kernel.ports.SeededRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ProposerTest {
    private static final AcceptorId A = acceptor("a");
    private static final AcceptorId B = acceptor("b");
    private static final AcceptorId C = acceptor("c");
    private static final AcceptorId D = acceptor("d");
    private static final ClusterState FIRST = formedBy("a", "b", "c");
    private static final Ballot MINE = new Ballot(1, 77);
    private static final long FAR = Long.MAX_VALUE / 2;

    private final ProposerSettings settings = ProposerSettings.defaults();
    private final Proposer proposer = new Proposer(77, Accepted.first(FIRST), settings, new SeededRandom(1));

    private static AcceptorQuestion.Prepare prepare(AcceptorId to, Ballot ballot) {
        return new AcceptorQuestion.Prepare(to, ballot, Collections.emptySortedMap());
    }

    private static AcceptorAnswer.Promised promise(AcceptorId from, Ballot ballot, Accepted... accepted) {
        return new AcceptorAnswer.Promised(
                from,
                ballot,
                new AcceptorStart(1, 1),
                Collections.emptySortedMap(),
                accepted.length == 0 ? Optional.empty() : Optional.of(accepted[0]),
                false);
    }

    private static AcceptorAnswer.Took took(AcceptorId from, Ballot ballot) {
        return new AcceptorAnswer.Took(from, ballot, new AcceptorStart(1, 1), Collections.emptySortedMap());
    }

    private List<ProposerEffect> take(AcceptorAnswer... answers) {
        List<ProposerEffect> effects = new ArrayList<>();
        for (AcceptorAnswer answer : answers) {
            effects.addAll(proposer.take(answer, 0));
        }
        return effects;
    }

    private static List<AcceptorQuestion> questions(List<ProposerEffect> effects) {
        return effects.stream()
                .filter(ProposerEffect.Ask.class::isInstance)
                .map(effect -> ((ProposerEffect.Ask) effect).question())
                .toList();
    }

    private static StateChange.Outcome outcome(ProposerEffect.Finished finished) {
        return ((ProposerEffect.Result.Decided) finished.result()).outcome();
    }

    private static ClusterState proposed(List<ProposerEffect> effects) {
        return ((AcceptorQuestion.Accept) questions(effects).getLast()).state();
    }

    @Test
    void aChangeIsChosenWhenAQuorumHasPromisedAndAccepted() {
        List<ProposerEffect> prepares = proposer.submit(1, join("d"), FAR, 0);
        assertThat(questions(prepares)).containsExactly(prepare(A, MINE), prepare(B, MINE), prepare(C, MINE));
        assertThat(take(promise(A, MINE))).isEmpty();
        ClusterState second = after(FIRST, join("d"));
        List<ProposerEffect> accepts = take(promise(C, MINE));
        assertThat(questions(accepts)).extracting(AcceptorQuestion::to).containsExactly(A, B, C);
        assertThat(proposed(accepts)).isEqualTo(second);
        assertThat(take(took(A, MINE))).isEmpty();
        assertThat(take(took(B, MINE)))
                .containsExactly(
                        new ProposerEffect.Chosen(new Accepted(MINE, second)),
                        new ProposerEffect.Finished(
                                1,
                                new ProposerEffect.Result.Decided(
                                        new StateChange.Outcome.Changed(second, 4), second, false)));
    }

    @Test
    void allThatWaitGoIntoOneBallotAndARefusedOneLeavesTheOthers() {
        proposer.submit(1, join("d"), FAR, 0);
        proposer.submit(2, boot("z", 0, 1), FAR, 0);
        proposer.submit(3, join("e"), FAR, 0);
        assertThat(proposed(take(promise(A, MINE), promise(B, MINE)))).isEqualTo(after(FIRST, join("d"), join("e")));
        assertThat(take(took(A, MINE), took(B, MINE)).stream().filter(ProposerEffect.Finished.class::isInstance))
                .extracting(effect -> outcome((ProposerEffect.Finished) effect) instanceof StateChange.Outcome.Refused)
                .containsExactly(false, true, false);
    }

    @Test
    void itGoesOnFromTheNewestValueAmongTheAnswers() {
        Accepted older = new Accepted(new Ballot(1, 1), after(FIRST, join("x")));
        Accepted newer = new Accepted(new Ballot(1, 2), after(FIRST, join("y")));
        proposer.submit(1, join("d"), FAR, 0);
        assertThat(proposed(take(promise(A, MINE, newer), promise(B, MINE, older))))
                .isEqualTo(after(FIRST, join("y"), join("d")));
    }

    @Test
    void theAcceptorsOfANewerValueAreAskedTooAndTheirQuorumCounts() {
        Accepted changing = new Accepted(new Ballot(1, 2), after(FIRST, join("d"), new AcceptorChange.Replace(A, D)));
        proposer.submit(1, join("e"), FAR, 0);
        assertThat(questions(take(promise(A, MINE, changing))))
                .extracting(AcceptorQuestion::to)
                .containsExactly(D);
        assertThat(take(promise(B, MINE)))
                .as("A and B are a majority of the former acceptors, not of the new ones")
                .isEmpty();
        assertThat(questions(take(promise(D, MINE))))
                .extracting(AcceptorQuestion::to)
                .containsExactly(A, B, C, D);
    }

    private static final ClusterState CHANGING = after(FIRST, join("d"), new AcceptorChange.Add(D));

    @Test
    void theFormerAcceptorsAreDroppedOnlyFromAValueThatIsSeenToBeChosen() {
        Accepted found = new Accepted(new Ballot(1, 2), CHANGING);
        proposer.submit(1, new AcceptorChange.EndHandover(), FAR, 0);
        assertThat(proposed(take(promise(A, MINE, found), promise(B, MINE), promise(D, MINE))))
                .as("first the value as it was found")
                .isEqualTo(CHANGING);
        List<ProposerEffect> next = take(took(A, MINE), took(B, MINE), took(D, MINE));
        Ballot second = new Ballot(2, 77);
        assertThat(questions(next)).contains(prepare(A, second));
        Accepted chosen = new Accepted(MINE, CHANGING);
        assertThat(proposed(take(promise(A, second, chosen), promise(B, second, chosen), promise(D, second)))
                        .acceptors()
                        .isChanging())
                .isFalse();
    }

    @Test
    void aValueThatAQuorumHoldsUnderOneBallotIsSeenToBeChosen() {
        Accepted found = new Accepted(new Ballot(1, 2), CHANGING);
        proposer.submit(1, new AcceptorChange.EndHandover(), FAR, 0);
        assertThat(proposed(take(promise(A, MINE, found), promise(B, MINE, found), promise(D, MINE, found)))
                        .acceptors()
                        .isChanging())
                .isFalse();
    }

    @Test
    void whatAnAcceptorTookBackFromOthersDoesNotCountAsAcceptedThere() {
        Accepted found = new Accepted(new Ballot(1, 2), CHANGING);
        proposer.submit(1, new AcceptorChange.EndHandover(), FAR, 0);
        AcceptorAnswer.Promised takenBack = new AcceptorAnswer.Promised(
                D, MINE, new AcceptorStart(1, 1), Collections.emptySortedMap(), Optional.of(found), true);
        assertThat(proposed(take(promise(A, MINE, found), promise(B, MINE, found), takenBack)))
                .isEqualTo(CHANGING);
    }

    @Test
    void oneBallotDoesNotBeginAChangeOfTheAcceptorsAndEndIt() {
        proposer.submit(1, join("d"), FAR, 0);
        proposer.submit(2, new AcceptorChange.Add(D), FAR, 0);
        proposer.submit(3, new AcceptorChange.EndHandover(), FAR, 0);
        assertThat(proposed(take(promise(A, MINE), promise(B, MINE))).acceptors())
                .isEqualTo(new Acceptors(List.of(A, B, C, D), List.of(A, B, C)));
    }

    @Test
    void aReadIsAnsweredAfterOneRound() {
        proposer.submit(1, new StateChange.Nothing(), FAR, 0);
        assertThat(take(promise(A, MINE), promise(B, MINE)))
                .containsExactly(new ProposerEffect.Finished(
                        1, new ProposerEffect.Result.Decided(new StateChange.Outcome.Changed(FIRST, 0), FIRST, false)));
    }

    @Test
    void aChangeThatCameWhileThePromisesWereWaitedForIsNotAnsweredFromThem() {
        proposer.submit(1, new StateChange.Nothing(), FAR, 0);
        take(promise(A, MINE));
        proposer.submit(2, new StateChange.Nothing(), FAR, 0);
        List<ProposerEffect> effects = take(promise(B, MINE));
        assertThat(effects.getFirst())
                .isInstanceOfSatisfying(
                        ProposerEffect.Finished.class,
                        finished -> assertThat(finished.id()).isEqualTo(1));
        assertThat(questions(effects)).contains(prepare(A, new Ballot(2, 77)));
    }

    @Test
    void anAnswerFromAnEarlierStartThanOneOfTheOthersKnowsDoesNotCount() {
        proposer.submit(1, join("d"), FAR, 0);
        take(promise(A, MINE));
        AcceptorAnswer.Promised knowing = new AcceptorAnswer.Promised(
                B,
                MINE,
                new AcceptorStart(1, 1),
                new TreeMap<>(Map.of(A, new AcceptorStart(2, 1))),
                Optional.empty(),
                false);
        assertThat(take(knowing)).isEmpty();
        assertThat(questions(take(promise(C, MINE)))).hasSize(3);
    }

    @Test
    void itPausesWhenAHigherBallotMakesItsOwnImpossibleAndThenGoesAboveThat() {
        proposer.submit(1, join("d"), FAR, 0);
        take(
                new AcceptorAnswer.Outbid(A, MINE, new Ballot(8, 1)),
                new AcceptorAnswer.Outbid(B, MINE, new Ballot(9, 1)));
        long due = proposer.dueNanos();
        assertThat(due).isBetween(settings.pauseNanos() / 2, settings.pauseNanos() * 3 / 2);
        assertThat(proposer.tick(due - 1)).isEmpty();
        assertThat(questions(proposer.tick(due))).contains(prepare(A, new Ballot(10, 77)));
    }

    @Test
    void whatGotNoAnswerIsAskedAgain() {
        proposer.submit(1, join("d"), FAR, 0);
        take(promise(B, MINE));
        assertThat(questions(proposer.tick(settings.askAgainNanos())))
                .extracting(AcceptorQuestion::to)
                .containsExactly(A, C);
    }

    @Test
    void atItsDeadlineAChangeThatWasProposedIsUnknownAndOneThatWasNotIsNotDone() {
        proposer.submit(1, join("d"), 1_000, 0);
        take(promise(A, MINE), promise(B, MINE));
        proposer.submit(2, join("e"), 1_000, 0);
        assertThat(proposer.tick(1_000))
                .containsExactly(
                        new ProposerEffect.Finished(1, new ProposerEffect.Result.Unknown()),
                        new ProposerEffect.Finished(2, new ProposerEffect.Result.NotDone()));
    }
}
