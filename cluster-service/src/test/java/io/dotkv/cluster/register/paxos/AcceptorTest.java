package io.dotkv.cluster.register.paxos;

import static io.dotkv.cluster.register.state.States.acceptor;
import static io.dotkv.cluster.register.state.States.after;
import static io.dotkv.cluster.register.state.States.formedBy;
import static io.dotkv.cluster.register.state.States.join;
import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.cluster.register.state.AcceptorChange;
import io.dotkv.cluster.register.state.AcceptorId;
import io.dotkv.cluster.register.state.ClusterState;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class AcceptorTest {
    private static final AcceptorId A = acceptor("a");
    private static final AcceptorId B = acceptor("b");
    private static final AcceptorId C = acceptor("c");
    private static final ClusterState FIRST = formedBy("a", "b", "c");
    private static final ClusterState SECOND = after(FIRST, join("d"));
    private static final Ballot LOW = new Ballot(4, 1);
    private static final Ballot HIGH = new Ballot(5, 1);

    private static Acceptor started(AcceptorRecord record) {
        Acceptor acceptor = new Acceptor(record);
        acceptor.learn(Accepted.first(FIRST));
        return acceptor;
    }

    private static Acceptor fresh(AcceptorId self) {
        return started(AcceptorRecord.empty(self).nextStart(self.node().name().charAt(0)));
    }

    private static Acceptor recollected(AcceptorId self) {
        Acceptor acceptor = fresh(self);
        for (AcceptorQuestion.Remind question : acceptor.reminders()) {
            acceptor.take(fresh(question.to()).answer(question).answer());
        }
        assertThat(acceptor.isRecollected()).isTrue();
        return acceptor;
    }

    private static AcceptorQuestion.Prepare prepare(AcceptorId to, Ballot ballot) {
        return new AcceptorQuestion.Prepare(to, ballot, Collections.emptySortedMap());
    }

    private static AcceptorQuestion.Accept accept(Ballot ballot) {
        return new AcceptorQuestion.Accept(A, ballot, SECOND, Collections.emptySortedMap());
    }

    @Test
    void whatItPromisesAndAcceptsIsToBeSavedBeforeTheAnswer() {
        Acceptor acceptor = recollected(A);
        Acceptor.Reply promise = acceptor.answer(prepare(A, LOW));
        assertThat(promise.answer()).isInstanceOf(AcceptorAnswer.Promised.class);
        assertThat(promise.toSave().orElseThrow().promised()).isEqualTo(LOW);
        Acceptor.Reply vote = acceptor.answer(accept(LOW));
        assertThat(vote.answer()).isInstanceOf(AcceptorAnswer.Took.class);
        assertThat(vote.toSave().orElseThrow().accepted()).contains(new Accepted(LOW, SECOND));
    }

    @Test
    void aRepeatedQuestionGetsTheSameAnswerAndNothingIsWritten() {
        Acceptor acceptor = recollected(A);
        Acceptor.Reply once = acceptor.answer(prepare(A, LOW));
        assertThat(acceptor.answer(prepare(A, LOW))).isEqualTo(new Acceptor.Reply(once.answer(), Optional.empty()));
        Acceptor.Reply vote = acceptor.answer(accept(LOW));
        assertThat(acceptor.answer(accept(LOW))).isEqualTo(new Acceptor.Reply(vote.answer(), Optional.empty()));
    }

    @Test
    void belowItsPromiseItTakesNothing() {
        Acceptor acceptor = recollected(A);
        acceptor.answer(prepare(A, HIGH));
        assertThat(acceptor.answer(prepare(A, LOW)).answer()).isEqualTo(new AcceptorAnswer.Outbid(A, LOW, HIGH));
        assertThat(acceptor.answer(accept(LOW)).answer()).isEqualTo(new AcceptorAnswer.Outbid(A, LOW, HIGH));
    }

    @Test
    void itDoesNotAnswerForADiskThatItHasNot() {
        Acceptor acceptor = recollected(A);
        AcceptorId lost = new AcceptorId(A.node(), "a-0");
        assertThat(acceptor.answer(prepare(lost, LOW)).answer())
                .isInstanceOfSatisfying(
                        AcceptorAnswer.Declined.class,
                        declined -> assertThat(declined.sentence()).contains("a (a-0) is not here"));
    }

    @Test
    void itAcceptsNoValueOfWhichItIsNoAcceptor() {
        Acceptor stranger = recollected(acceptor("d"));
        AcceptorQuestion.Accept question =
                new AcceptorQuestion.Accept(acceptor("d"), LOW, SECOND, Collections.emptySortedMap());
        assertThat(stranger.answer(question).answer()).isInstanceOf(AcceptorAnswer.Declined.class);
    }

    @Test
    void withoutAChosenValueItAnswersNothing() {
        Acceptor acceptor = new Acceptor(AcceptorRecord.empty(A));
        assertThat(acceptor.reminders()).isEmpty();
        assertThat(acceptor.answer(prepare(A, LOW)).answer()).isInstanceOf(AcceptorAnswer.Declined.class);
    }

    @Test
    void afterAStartItAnswersOnlyWhenAMajorityOfTheOthersHasTakenDownThatStart() {
        Acceptor acceptor = fresh(A);
        List<AcceptorQuestion.Remind> questions = acceptor.reminders();
        assertThat(questions).extracting(AcceptorQuestion::to).containsExactly(B, C);
        assertThat(acceptor.answer(prepare(A, LOW)).answer()).isInstanceOf(AcceptorAnswer.Declined.class);
        Acceptor.Reply reply = fresh(B).answer(questions.getFirst());
        assertThat(reply.toSave().orElseThrow().starts())
                .containsEntry(A, acceptor.record().start());
        assertThat(acceptor.take(reply.answer())).isFalse();
        assertThat(acceptor.take(fresh(C).answer(questions.getLast()).answer())).isTrue();
        assertThat(acceptor.answer(prepare(A, LOW)).answer()).isInstanceOf(AcceptorAnswer.Promised.class);
    }

    @Test
    void aNewOneHasForgottenNothingAndAnswersAtOnce() {
        Acceptor acceptor = started(AcceptorRecord.empty(A));
        assertThat(acceptor.reminders()).isEmpty();
        assertThat(acceptor.answer(prepare(A, LOW)).answer()).isInstanceOf(AcceptorAnswer.Promised.class);
    }

    @Test
    void theLastOfAllNeedsNobodyToRemindIt() {
        Acceptor alone = new Acceptor(AcceptorRecord.empty(A).nextStart(1));
        alone.learn(Accepted.first(formedBy("a")));
        assertThat(alone.isRecollected()).isTrue();
    }

    @Test
    void anOldCopyTakesBackWhatItHasForgotten() {
        Acceptor other = recollected(B);
        other.answer(new AcceptorQuestion.Accept(B, LOW, SECOND, new TreeMap<>()));
        other.answer(prepare(B, HIGH));
        Acceptor copy = fresh(A);
        for (AcceptorQuestion.Remind question : copy.reminders()) {
            Acceptor asked = question.to().equals(B) ? other : fresh(C);
            copy.take(asked.answer(question).answer());
        }
        assertThat(copy.record().promised()).isEqualTo(HIGH);
        assertThat(copy.record().accepted()).contains(new Accepted(LOW, SECOND));
        assertThat(copy.record().isTakenBack()).isTrue();
    }

    @Test
    void aCopyFromBeforeAStartCallsItselfLaterThanAllThatIsKnown() {
        Acceptor other = recollected(B);
        other.answer(new AcceptorQuestion.Remind(B, A, new AcceptorStart(9, 5)));
        Acceptor copy = fresh(A);
        AcceptorAnswer overtaken = other.answer(
                        new AcceptorQuestion.Remind(B, A, copy.record().start()))
                .answer();
        assertThat(copy.take(overtaken)).isTrue();
        assertThat(copy.record().start().number()).isEqualTo(10);
        assertThat(copy.reminders())
                .extracting(AcceptorQuestion.Remind::start)
                .containsOnly(copy.record().start());
    }

    @Test
    void newerAcceptorsThatOneOfTheOldOnesTellsOfAreAskedToo() {
        ClusterState changing =
                after(SECOND, new AcceptorChange.Replace(C, acceptor("d")), new AcceptorChange.EndHandover());
        Acceptor other = recollected(B);
        other.answer(new AcceptorQuestion.Accept(B, LOW, changing, Collections.emptySortedMap()));
        Acceptor copy = fresh(A);
        AcceptorQuestion.Remind toB = copy.reminders().getFirst();
        copy.take(other.answer(toB).answer());
        assertThat(copy.reminders()).extracting(AcceptorQuestion::to).containsExactly(acceptor("d"));
        assertThat(copy.isRecollected()).isFalse();
    }

    @Test
    void whenAProposerKnowsALaterStartOfItItRecollectsUnderOneAboveThat() {
        Acceptor acceptor = recollected(A);
        Acceptor.Reply reply = acceptor.answer(
                new AcceptorQuestion.Prepare(A, LOW, new TreeMap<>(Map.of(A, new AcceptorStart(6, 3)))));
        assertThat(reply.answer()).isInstanceOf(AcceptorAnswer.Declined.class);
        assertThat(reply.toSave().orElseThrow().start().number()).isEqualTo(7);
        assertThat(acceptor.isRecollected()).isFalse();
        assertThat(acceptor.reminders()).extracting(AcceptorQuestion::to).containsExactly(B, C);
    }
}
