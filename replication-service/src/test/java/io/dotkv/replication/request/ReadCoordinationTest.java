package io.dotkv.replication.request;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.kernel.Actor;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Delta;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.HybridTime;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.Row;
import io.dotkv.replication.Consistency;
import io.dotkv.replication.Failure;
import io.dotkv.replication.Operation;
import io.dotkv.replication.request.ReadEffect.Answer;
import io.dotkv.replication.request.ReadEffect.Ask;
import io.dotkv.replication.request.ReadEffect.Fail;
import io.dotkv.replication.request.ReadEffect.Repair;
import io.dotkv.replication.request.ReadEffect.Settle;
import io.dotkv.replication.route.Candidates;
import io.dotkv.storage.Outcome;
import io.dotkv.storage.Refusal;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReadCoordinationTest {
    private static final NodeId A = new NodeId("a");
    private static final NodeId B = new NodeId("b");
    private static final NodeId C = new NodeId("c");
    private static final Key KEY = Key.of("k");
    private static final Dot OLD = new Dot(new Actor(1, 1), 1);
    private static final Dot NEW = new Dot(new Actor(1, 1), 2);
    private static final Row STALE = row(OLD, DotSet.of(OLD));
    private static final Row FRESH = row(NEW, DotSet.upTo(new Actor(1, 1), 2));
    private static final Outcome<Row> REFUSED =
            Outcome.refused(new Refusal(Refusal.Reason.NOT_VOTING, 1, "does not vote"));
    private static final Outcome<Row> LOST = Outcome.unknown("the connection broke");

    @Test
    void asManyAsRequiredAreAskedInOrderOfPreference() {
        assertThat(read(Consistency.QUORUM, 0b111).start()).containsExactly(new Ask(0), new Ask(1));
        assertThat(read(Consistency.QUORUM, 0b110).start()).containsExactly(new Ask(1), new Ask(2));
        assertThat(read(Consistency.ONE, 0b111).start()).containsExactly(new Ask(0));
    }

    @Test
    void equalRowsAreAnsweredWithoutARepair() {
        ReadCoordination read = started(Consistency.QUORUM);
        assertThat(read.answered(0, Outcome.done(FRESH))).isEmpty();
        assertThat(read.answered(1, Outcome.done(FRESH))).containsExactly(new Answer(FRESH, List.of(A, B)));
    }

    @Test
    void aStaleReplicaIsRepairedBehindTheAnswer() {
        ReadCoordination read = started(Consistency.QUORUM);
        read.answered(0, Outcome.done(STALE));
        assertThat(read.answered(1, Outcome.done(FRESH)))
                .containsExactly(
                        new Answer(FRESH, List.of(A, B)),
                        new Repair(0, new Delta(KEY, FRESH.leaves(), FRESH.context(), List.of(NEW))));
    }

    @Test
    void aReplicaThatMissedADeleteIsRepairedToo() {
        Row deleted = new Row(List.of(), DotSet.upTo(new Actor(1, 1), 2));
        ReadCoordination read = started(Consistency.QUORUM);
        read.answered(0, Outcome.done(FRESH));
        assertThat(read.answered(1, Outcome.done(deleted)))
                .containsExactly(
                        new Answer(new Row(List.of(), deleted.context()), List.of(A, B)),
                        new Repair(0, new Delta(KEY, List.of(), deleted.context(), List.of())));
    }

    @Test
    void oneThatRefusesOrFailsIsReplacedAtOnce() {
        ReadCoordination read = started(Consistency.QUORUM);
        assertThat(read.answered(0, REFUSED)).containsExactly(new Ask(2));
        assertThat(read.answered(1, Outcome.done(FRESH))).isEmpty();
        assertThat(read.answered(2, Outcome.done(FRESH))).containsExactly(new Answer(FRESH, List.of(B, C)));
    }

    @Test
    void whenTheyAreSlowOneMoreIsAskedAndALateAnswerIsRepairedIfStale() {
        ReadCoordination read = started(Consistency.QUORUM);
        read.answered(0, Outcome.done(FRESH));
        assertThat(read.slow()).containsExactly(new Ask(2));
        assertThat(read.slow()).isEmpty();
        assertThat(read.answered(2, Outcome.done(FRESH))).containsExactly(new Answer(FRESH, List.of(A, C)));
        assertThat(read.answered(1, Outcome.done(STALE))).singleElement().isInstanceOf(Repair.class);
        assertThat(read.slow()).isEmpty();
    }

    @Test
    void aFreshRowThatComesLateRepairsNobodyElse() {
        ReadCoordination read = started(Consistency.ONE);
        read.slow();
        assertThat(read.answered(1, Outcome.done(STALE))).containsExactly(new Answer(STALE, List.of(B)));
        assertThat(read.answered(0, Outcome.done(FRESH))).isEmpty();
    }

    @Test
    void itFailsWhenTooFewCanStillAnswer() {
        ReadCoordination read = started(Consistency.QUORUM);
        read.answered(0, REFUSED);
        List<ReadEffect> effects = read.answered(1, LOST);
        assertThat(effects).singleElement().isInstanceOf(Fail.class);
        Failure failure = ((Fail) effects.getFirst()).failure();
        assertThat(failure.reason()).isEqualTo(Failure.Reason.TOO_FEW_REPLICAS);
        assertThat(failure.message())
                .isEqualTo("The get of key \"k\" failed: QUORUM needs 2 of the replicas a, b, c, and none answered"
                        + " (b: the connection broke). Reading again is safe.");
        assertThat(read.answered(2, Outcome.done(FRESH))).isEmpty();
    }

    @Test
    void nobodyIsAskedWhenTooFewAreReachable() {
        assertThat(read(Consistency.ALL, 0b011).start()).singleElement().isInstanceOf(Fail.class);
    }

    @Test
    void atTheDeadlineItFailsOnce() {
        ReadCoordination read = started(Consistency.QUORUM);
        assertThat(read.expired()).singleElement().isInstanceOf(Fail.class);
        assertThat(read.expired()).isEmpty();
        assertThat(read.answered(0, LOST)).isEmpty();
    }

    private static ReadCoordination started(Consistency level) {
        ReadCoordination read = read(level, 0b111);
        read.start();
        return read;
    }

    private static ReadCoordination read(Consistency level, long reachable) {
        return new ReadCoordination(
                new Operation.Read(KEY, level, 1000), new Candidates(List.of(A, B, C), reachable, level), DotSet.EMPTY);
    }

    private static ReadCoordination with(DotSet session, boolean monotonic, Consistency level) {
        ReadCoordination read = new ReadCoordination(
                new Operation.Read(KEY, level, Optional.empty(), monotonic, 1000),
                new Candidates(List.of(A, B, C), 0b111, level),
                session);
        read.start();
        return read;
    }

    @Test
    void aReadWithASessionAsksOnUntilTheRowsCoverIt() {
        ReadCoordination read = with(DotSet.of(NEW), false, Consistency.ONE);
        assertThat(read.answered(0, Outcome.done(STALE))).containsExactly(new Ask(1));
        assertThat(read.answered(1, Outcome.done(FRESH)).getFirst()).isEqualTo(new Answer(FRESH, List.of(A, B)));
    }

    @Test
    void whenNobodyHasWhatTheSessionCoversAllAreAskedAgainUntilTheDeadline() {
        ReadCoordination read = with(DotSet.of(NEW), false, Consistency.ONE);
        assertThat(read.answered(0, Outcome.done(STALE))).containsExactly(new Ask(1));
        assertThat(read.answered(1, REFUSED)).isEmpty();
        assertThat(read.slow()).containsExactly(new Ask(2));
        assertThat(read.slow()).as("one has not answered").isEmpty();
        assertThat(read.answered(2, Outcome.done(STALE))).isEmpty();
        assertThat(read.slow()).containsExactly(new Ask(0), new Ask(1), new Ask(2));
        Fail fail = (Fail) read.expired().getFirst();
        assertThat(fail.failure().reason()).isEqualTo(Failure.Reason.DEADLINE);
        assertThat(fail.failure().message()).contains("lack writes that the context covers");
        ReadCoordination luckier = with(DotSet.of(NEW), false, Consistency.ONE);
        luckier.answered(0, Outcome.done(STALE));
        luckier.answered(1, Outcome.done(STALE));
        luckier.answered(2, Outcome.done(STALE));
        luckier.slow();
        assertThat(luckier.answered(0, Outcome.done(FRESH)).getFirst()).isInstanceOf(Answer.class);
    }

    @Test
    void aMonotonicReadOfEqualRowsIsAnsweredAtOnce() {
        ReadCoordination read = with(DotSet.EMPTY, true, Consistency.QUORUM);
        assertThat(read.answered(0, Outcome.done(FRESH))).isEmpty();
        assertThat(read.answered(1, Outcome.done(FRESH))).containsExactly(new Answer(FRESH, List.of(A, B)));
    }

    @Test
    void aMonotonicReadIsAnsweredWhenAMajorityHasWhatItAnswers() {
        Delta fresh = new Delta(KEY, FRESH.leaves(), FRESH.context(), List.of(NEW));
        ReadCoordination read = with(DotSet.EMPTY, true, Consistency.QUORUM);
        read.answered(0, Outcome.done(STALE));
        assertThat(read.answered(1, Outcome.done(FRESH))).containsExactly(new Settle(0, fresh));
        assertThat(read.settled(0, Outcome.done(1L))).containsExactly(new Answer(FRESH, List.of(A, B)));
    }

    @Test
    void aReplicaWithTheSameValuesThatHasNotHeardOfWhatTheyReplacedIsSentItToo() {
        Row unaware = new Row(FRESH.leaves(), DotSet.of(NEW));
        ReadCoordination read = with(DotSet.EMPTY, true, Consistency.QUORUM);
        read.answered(0, Outcome.done(unaware));
        assertThat(read.answered(1, Outcome.done(FRESH))).singleElement().isInstanceOf(Settle.class);
    }

    @Test
    void whenAReplicaDoesNotTakeItAnotherIsSentItAndWhenNoneIsLeftTheReadFails() {
        Delta fresh = new Delta(KEY, FRESH.leaves(), FRESH.context(), List.of(NEW));
        ReadCoordination read = with(DotSet.EMPTY, true, Consistency.QUORUM);
        read.answered(0, Outcome.done(STALE));
        read.answered(1, Outcome.done(FRESH));
        assertThat(read.settled(0, Outcome.unknown("the connection broke"))).containsExactly(new Settle(2, fresh));
        Fail fail =
                (Fail) read.settled(2, Outcome.unknown("the connection broke")).getFirst();
        assertThat(fail.failure().reason()).isEqualTo(Failure.Reason.TOO_FEW_REPLICAS);
        assertThat(read.expired()).isEmpty();
    }

    @Test
    void aMonotonicReadAsksAMajorityWhateverItsLevel() {
        Operation.Read read = new Operation.Read(KEY, Consistency.ONE, Optional.empty(), true, 1000);
        assertThat(read.levelAmong(3)).isEqualTo(Consistency.QUORUM);
        assertThat(read.levelAmong(1)).isEqualTo(Consistency.ONE);
    }

    private static Row row(Dot dot, DotSet context) {
        return new Row(
                List.of(new Leaf(dot, Bytes.EMPTY, HybridTime.ofMillis(dot.counter()), Bytes.utf8("v"))), context);
    }
}
