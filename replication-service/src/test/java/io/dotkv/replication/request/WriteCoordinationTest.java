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
import io.dotkv.kernel.MultiValueRegister;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.PartitionId;
import io.dotkv.kernel.VersionVector;
import io.dotkv.kernel.testkit.Seeds;
import io.dotkv.replication.Consistency;
import io.dotkv.replication.Failure;
import io.dotkv.replication.Operation;
import io.dotkv.replication.WriteResult;
import io.dotkv.replication.request.WriteEffect.Answer;
import io.dotkv.replication.request.WriteEffect.Apply;
import io.dotkv.replication.request.WriteEffect.Mutate;
import io.dotkv.replication.request.WriteEffect.Unconfirmed;
import io.dotkv.replication.route.Candidates;
import io.dotkv.replication.route.TokenCodec;
import io.dotkv.storage.Outcome;
import io.dotkv.storage.Refusal;
import io.dotkv.storage.Refusal.Reason;
import io.dotkv.storage.StampedWrite;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WriteCoordinationTest {
    private static final NodeId A = new NodeId("a");
    private static final NodeId B = new NodeId("b");
    private static final NodeId C = new NodeId("c");
    private static final Key KEY = Key.of("cart:42");
    private static final PartitionId PARTITION = new PartitionId(0);
    private static final Dot DOT = new Dot(new Actor(1, 1), 5);
    private static final Delta DELTA =
            MultiValueRegister.replaceCovered(KEY, DOT, HybridTime.ofMillis(1), Bytes.utf8("v"), VersionVector.NONE);
    private static final StampedWrite ASSIGNMENT = new StampedWrite(DELTA, 2, false);
    private static final Outcome<Long> DONE = Outcome.done(1L);
    private static final Outcome<Long> LOST = Outcome.unknown("the connection broke");
    private static final TokenCodec TOKENS =
            new TokenCodec("00000000000000000000000000000000", Bytes.wrap(new byte[32]));

    @Test
    void theFirstReplicaAssignsAndTheOthersApplyBeforeItIsDurable() {
        WriteCoordination write = coordination(Consistency.QUORUM, 0b111);
        assertThat(write.start()).containsExactly(new Mutate(0));
        assertThat(write.assigned(ASSIGNMENT)).containsExactly(new Apply(1, DELTA), new Apply(2, DELTA));
    }

    @Test
    void itIsAcknowledgedWhenTheLevelIsDurableTheCoordinatingReplicaIncluded() {
        WriteCoordination write = assigned(Consistency.QUORUM, 0b111);
        assertThat(write.ended(DONE)).isEmpty();
        assertThat(write.applied(2, DONE)).singleElement().isEqualTo(new Answer(applied(A, C)));
        assertThat(write.applied(1, DONE)).isEmpty();
    }

    @Test
    void itIsAcknowledgedWithoutTheCoordinatingReplicaWhenTheOthersAreFaster() {
        WriteCoordination write = assigned(Consistency.QUORUM, 0b111);
        assertThat(write.applied(1, DONE)).isEmpty();
        assertThat(write.applied(2, DONE)).containsExactly(new Answer(applied(B, C)));
        assertThat(write.ended(DONE)).isEmpty();
    }

    @Test
    void oneIsAcknowledgedByTheFirstAndAllByTheLast() {
        WriteCoordination one = assigned(Consistency.ONE, 0b111);
        assertThat(one.ended(DONE)).containsExactly(new Answer(applied(A)));
        WriteCoordination all = assigned(Consistency.ALL, 0b111);
        assertThat(all.ended(DONE)).isEmpty();
        assertThat(all.applied(1, DONE)).isEmpty();
        assertThat(all.applied(2, DONE)).containsExactly(new Answer(applied(A, B, C)));
    }

    @Test
    void whoTriesAgainIsNotToldToCoverWhatHasComeBesideTheFirstTry() throws Exception {
        Dot besideDot = new Dot(new Actor(2, 1), 9);
        Leaf beside = new Leaf(besideDot, Bytes.EMPTY, HybridTime.ofMillis(2), Bytes.utf8("w"));
        Delta row = new Delta(
                KEY, List.of(DELTA.leaves().getFirst(), beside), DELTA.context().with(besideDot), List.of(DOT));
        WriteCoordination write = coordination(Consistency.ONE, 0b111);
        write.start();
        assertThat(write.assigned(new StampedWrite(row, 0, true))).contains(new Apply(1, row));
        assertThat(write.ended(DONE)).singleElement().satisfies(effect -> {
            WriteResult.Applied applied = (WriteResult.Applied) ((Answer) effect).result();
            assertThat(TOKENS.context(applied.context(), PARTITION)).isEqualTo(DELTA.context());
        });
    }

    @Test
    void alsoWhatIsOfAClosedBootIsNotCoveredByWhoTriesAgain() throws Exception {
        Actor closed = new Actor(2, 1);
        Leaf beside = new Leaf(new Dot(closed, 9), Bytes.EMPTY, HybridTime.ofMillis(2), Bytes.utf8("w"));
        Delta row = new Delta(
                KEY,
                List.of(DELTA.leaves().getFirst(), beside),
                DELTA.context().union(DotSet.allBelow(new Actor(2, 2))),
                List.of(DOT));
        WriteCoordination write = coordination(Consistency.ONE, 0b111);
        write.start();
        assertThat(write.assigned(new StampedWrite(row, 0, true))).isNotEmpty();
        assertThat(write.ended(DONE)).singleElement().satisfies(effect -> {
            WriteResult.Applied applied = (WriteResult.Applied) ((Answer) effect).result();
            DotSet context = TOKENS.context(applied.context(), PARTITION);
            assertThat(context.contains(beside.dot())).isFalse();
            assertThat(context.contains(new Dot(closed, 8))).isTrue();
        });
    }

    @Test
    void nothingIsSentWhenTooFewAreReachable() {
        WriteResult.NotApplied answer =
                notApplied(coordination(Consistency.QUORUM, 0b010).start());
        assertThat(answer.required()).isEqualTo(2);
        assertThat(answer.failure().reason()).isEqualTo(Failure.Reason.TOO_FEW_REPLICAS);
        assertThat(answer.failure().message())
                .isEqualTo("The put of key \"cart:42\" was not done: QUORUM needs 2 of the replicas a, b, c, "
                        + "and only 1 (b) can be reached; not a, c. Retry when more of them are back, or "
                        + "use a lower consistency level.");
    }

    @Test
    void twoOfAPartitionWithOneReplicaIsRefusedClearly() {
        WriteCoordination write =
                new WriteCoordination(put(), new Candidates(List.of(A), 1, Consistency.TWO), PARTITION, TOKENS);
        assertThat(notApplied(write.start()).failure())
                .isEqualTo(new Failure(
                        Failure.Reason.LEVEL_IMPOSSIBLE,
                        "The put of key \"cart:42\" was not done: TWO asks for 2 replicas and the key has only 1 (a)."
                                + " Ask for ONE or ALL."));
    }

    @Test
    void anUnreachableReplicaIsLeftOutAndNotedAsUnconfirmed() {
        WriteCoordination write = coordination(Consistency.QUORUM, 0b101);
        assertThat(write.start()).containsExactly(new Mutate(0));
        assertThat(write.assigned(ASSIGNMENT)).containsExactly(new Unconfirmed(1), new Apply(2, DELTA));
        assertThat(write.applied(2, LOST)).first().isEqualTo(new Unconfirmed(2));
    }

    @Test
    void theFirstReachableReplicaAssigns() {
        WriteCoordination write = coordination(Consistency.QUORUM, 0b110);
        assertThat(write.start()).containsExactly(new Mutate(1));
        assertThat(write.assigned(ASSIGNMENT)).containsExactly(new Unconfirmed(0), new Apply(2, DELTA));
    }

    @ParameterizedTest
    @EnumSource(
            value = Reason.class,
            names = {"NOT_A_REPLICA", "NO_ACTOR", "NOT_VOTING", "OVERLOADED", "DAMAGED", "ENGINE_FAILED", "STOPPING"})
    void afterARefusalThatIsAboutTheReplicaTheNextOneIsAsked(Reason reason) {
        WriteCoordination write = coordination(Consistency.QUORUM, 0b111);
        write.start();
        assertThat(write.ended(refused(reason))).containsExactly(new Mutate(1));
        assertThat(write.assigned(ASSIGNMENT)).containsExactly(new Apply(0, DELTA), new Apply(2, DELTA));
        assertThat(write.applied(0, DONE)).isEmpty();
        assertThat(write.ended(DONE)).containsExactly(new Answer(applied(A, B)));
    }

    @ParameterizedTest
    @EnumSource(
            value = Reason.class,
            names = {"STALE_PLACEMENT", "EXPIRED", "CONTEXT_FROM_NOWHERE", "TOO_MANY_SIBLINGS"})
    void afterARefusalThatIsAboutTheRequestNobodyElseIsAsked(Reason reason) {
        WriteCoordination write = coordination(Consistency.QUORUM, 0b111);
        write.start();
        assertThat(notApplied(write.ended(refused(reason))).failure().message())
                .contains("node a refused it", "the detail");
    }

    @Test
    void aNewerLayoutIsNamed() {
        WriteCoordination write = coordination(Consistency.QUORUM, 0b111);
        write.start();
        Failure failure =
                notApplied(write.ended(refused(Reason.STALE_PLACEMENT))).failure();
        assertThat(failure.reason()).isEqualTo(Failure.Reason.LAYOUT_CHANGED);
        assertThat(failure.message()).contains("version 9");
    }

    @Test
    void whenAllRefuseItIsSurelyNotApplied() {
        WriteCoordination write = coordination(Consistency.ONE, 0b111);
        write.start();
        write.ended(refused(Reason.STOPPING));
        write.ended(refused(Reason.STOPPING));
        Failure failure = notApplied(write.ended(refused(Reason.OVERLOADED))).failure();
        assertThat(failure.reason()).isEqualTo(Failure.Reason.OVERLOADED);
    }

    @Test
    void aReplicaThatTurnsOutUnreachableCountsAsSuch() {
        WriteCoordination write = coordination(Consistency.QUORUM, 0b011);
        write.start();
        assertThat(notApplied(write.ended(refused(Reason.UNREACHABLE)))
                        .failure()
                        .reason())
                .isEqualTo(Failure.Reason.TOO_FEW_REPLICAS);
    }

    @Test
    void afterAnUnknownOutcomeNobodyElseIsAsked() {
        WriteCoordination write = coordination(Consistency.QUORUM, 0b111);
        write.start();
        WriteResult.Unknown unknown = unknown(write.ended(LOST));
        assertThat(unknown.failure().reason()).isEqualTo(Failure.Reason.LEVEL_LOST);
        assertThat(unknown.acknowledgedBy()).isEmpty();
        assertThat(unknown.dot()).isEmpty();
        assertThat(unknown.failure().message()).contains("unknown outcome", "request id \"id-1\"");
    }

    @Test
    void whenTheLevelCannotBeReachedAnyMoreTheOutcomeIsUnknownAndSaysWhoHasIt() {
        WriteCoordination write = assigned(Consistency.QUORUM, 0b111);
        write.ended(DONE);
        assertThat(write.applied(1, refused(Reason.STALE_PLACEMENT))).containsExactly(new Unconfirmed(1));
        List<WriteEffect> effects = write.applied(2, LOST);
        assertThat(effects).first().isEqualTo(new Unconfirmed(2));
        WriteResult.Unknown unknown = unknown(effects.subList(1, 2));
        assertThat(unknown.acknowledgedBy()).containsExactly(A);
        assertThat(unknown.required()).isEqualTo(2);
        assertThat(unknown.dot()).contains(DOT);
        assertThat(unknown.failure().message()).contains("c: the connection broke");
    }

    @Test
    void atTheDeadlineTheOutcomeIsUnknownAndLaterAcknowledgementsChangeNothing() {
        WriteCoordination write = assigned(Consistency.QUORUM, 0b111);
        write.ended(DONE);
        WriteResult.Unknown unknown = unknown(write.expired());
        assertThat(unknown.failure().reason()).isEqualTo(Failure.Reason.DEADLINE);
        assertThat(unknown.acknowledgedBy()).containsExactly(A);
        assertThat(write.applied(1, DONE)).isEmpty();
        assertThat(write.expired()).isEmpty();
    }

    @Test
    void aDotThatIsAssignedAfterTheDeadlineIsStillCarriedToTheOthers() {
        WriteCoordination write = coordination(Consistency.QUORUM, 0b111);
        write.start();
        assertThat(unknown(write.expired()).dot()).isEmpty();
        assertThat(write.assigned(ASSIGNMENT)).containsExactly(new Apply(1, DELTA), new Apply(2, DELTA));
        assertThat(write.ended(DONE)).isEmpty();
        assertThat(write.applied(1, LOST)).containsExactly(new Unconfirmed(1));
        assertThat(write.applied(2, LOST)).containsExactly(new Unconfirmed(2));
    }

    @Test
    void aRefusalAfterTheDeadlineIsNotTriedElsewhere() {
        WriteCoordination write = coordination(Consistency.QUORUM, 0b111);
        write.start();
        write.expired();
        assertThat(write.ended(refused(Reason.OVERLOADED))).isEmpty();
    }

    @Test
    void aCoordinatingReplicaThatFailsAfterItHasAssignedIsOneReplicaLess() {
        WriteCoordination write = assigned(Consistency.QUORUM, 0b111);
        assertThat(write.ended(LOST)).containsExactly(new Unconfirmed(0));
        assertThat(write.applied(1, DONE)).isEmpty();
        assertThat(write.applied(2, DONE)).containsExactly(new Answer(applied(B, C)));
    }

    @Test
    void inEveryOrderOfEventsThereIsOneAnswerAndItIsRight() {
        Seeds.run(3000, random -> {
            Consistency level = List.of(Consistency.values()).get(random.nextInt(4));
            WriteCoordination write = assigned(level, 0b111);
            List<Integer> order = new ArrayList<>(List.of(0, 1, 2, 3));
            int done = 0;
            int failed = 0;
            List<WriteEffect> answers = new ArrayList<>();
            while (!order.isEmpty()) {
                int drawn = random.nextInt(order.size());
                int event = order.get(drawn);
                order.subList(drawn, drawn + 1).clear();
                boolean good = random.nextInt(3) > 0;
                List<WriteEffect> effects = event == 3
                        ? write.expired()
                        : event == 0 ? write.ended(good ? DONE : LOST) : write.applied(event, good ? DONE : LOST);
                done += event < 3 && good ? 1 : 0;
                failed += event < 3 && !good ? 1 : 0;
                for (WriteEffect effect : effects) {
                    if (effect instanceof Answer(WriteResult result)) {
                        answers.add(effect);
                        assertThat(result instanceof WriteResult.Applied).isEqualTo(done >= level.required(3));
                        assertThat(result instanceof WriteResult.Unknown)
                                .isEqualTo(event == 3 || 3 - failed < level.required(3));
                    }
                }
            }
            assertThat(answers).hasSize(1);
        });
    }

    private static WriteCoordination assigned(Consistency level, long reachable) {
        WriteCoordination write = coordination(level, reachable);
        write.start();
        write.assigned(ASSIGNMENT);
        return write;
    }

    private static WriteCoordination coordination(Consistency level, long reachable) {
        return new WriteCoordination(put(), new Candidates(List.of(A, B, C), reachable, level), PARTITION, TOKENS);
    }

    private static Operation.Write put() {
        return new Operation.Write(
                KEY, Optional.of(Bytes.utf8("v")), Optional.empty(), Consistency.QUORUM, "id-1", 1000);
    }

    private static WriteResult applied(NodeId... by) {
        return new WriteResult.Applied(
                TOKENS.context(PARTITION, DELTA.context()), 2, List.of(by), "id-1", Optional.of(DOT));
    }

    private static Outcome<Long> refused(Reason reason) {
        return Outcome.refused(new Refusal(reason, 9, "the detail"));
    }

    private static WriteResult.NotApplied notApplied(List<WriteEffect> effects) {
        return (WriteResult.NotApplied) only(effects);
    }

    private static WriteResult.Unknown unknown(List<WriteEffect> effects) {
        return (WriteResult.Unknown) only(effects);
    }

    private static WriteResult only(List<WriteEffect> effects) {
        assertThat(effects).hasSize(1);
        return ((Answer) effects.getFirst()).result();
    }
}
