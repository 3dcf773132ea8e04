package io.dotkv.storage.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Delta;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.Retirements;
import io.dotkv.kernel.Row;
import io.dotkv.kernel.encoding.MalformedException;
import io.dotkv.kernel.types.Content;
import io.dotkv.kernel.types.DataType;
import io.dotkv.kernel.types.Place;
import io.dotkv.kernel.types.Step;
import io.dotkv.kernel.types.TypeChange;
import io.dotkv.storage.PullMessage;
import io.dotkv.storage.WriteId;
import io.dotkv.storage.replica.retry.WriteIdTable;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Tries of one write that got events of their own, because no replica that took one knew of the other. */
class DuplicateWritesTest {
    private static final Key KEY = Key.of("k");
    private static final WriteId NAME = Objects.requireNonNull(WriteId.of("request 1", KEY));
    private static final Place COUNTER = new Place(List.of(), DataType.COUNTER);

    private final Peer ann = new Peer(1);
    private final Peer ben = new Peer(2);
    private final Peer cyd = new Peer(3);

    private static Delta put(Peer peer, String value) {
        return peer.mutate(KEY, Bytes.utf8(value), Optional.empty(), NAME).delta();
    }

    private static Delta add(Peer peer, long amount) {
        return peer.update(KEY, new Step(COUNTER, new TypeChange.Increase(amount)), NAME)
                .delta();
    }

    /** Everybody pulls from everybody, and does what is to be done, until nothing changes any more. */
    private void converge() {
        List<Peer> all = List.of(ann, ben, cyd);
        for (int round = 0; round < 6; round++) {
            for (Peer peer : all) {
                peer.replica.agreed(Retirements.NONE, peer.actor());
                peer.replica.others(2);
                for (Peer other : all) {
                    if (other != peer) {
                        peer.pull(other);
                        other.replica.confirmed(peer.node(), peer.clock());
                    }
                }
                peer.settleDuplicates();
            }
        }
        assertThat(ben.clock()).isEqualTo(ann.clock());
        assertThat(cyd.clock()).isEqualTo(ann.clock());
        assertThat(ben.row(KEY)).isEqualTo(ann.row(KEY));
        assertThat(cyd.row(KEY)).isEqualTo(ann.row(KEY));
    }

    private static long counted(Peer peer) {
        List<Leaf> leaves = peer.row(KEY).leaves();
        try {
            return leaves.isEmpty() ? 0 : Content.of(leaves).counter().orElse(0);
        } catch (MalformedException e) {
            throw new AssertionError(e);
        }
    }

    private void repair(Peer from, Peer to) {
        Row row = from.row(KEY);
        to.takes(new Delta(KEY, row.leaves(), row.context(), Host.dotsOf(row.leaves())), null);
    }

    @Test
    void aRetryAfterARestartFindsTheEventsOfTheFirstTry() {
        Delta first = put(ann, "v");
        ann.restart();
        assertThat(ann.replica.known(NAME)).isEqualTo(first.events());
    }

    @Test
    void aReplicaThatPulledAWriteKnowsItsName() {
        Delta first = put(ann, "v");
        ben.pull(ann);
        cyd.pull(ben);
        cyd.restart();
        assertThat(cyd.replica.known(NAME)).isEqualTo(first.events());
    }

    @Test
    void anUpdateOfSeveralStepsIsKnownWithAllItsEvents() {
        add(ann, 1);
        Delta more = ann.update(KEY, new Step(COUNTER, new TypeChange.Increase(1)), WriteId.of("request 2", KEY))
                .delta();
        ben.pull(ann);
        assertThat(ben.replica.known(WriteId.of("request 2", KEY))).isEqualTo(more.events());
        assertThat(ben.replica.known(NAME)).containsExactly(new Dot(ann.actor(), 1));
    }

    @Test
    void aNameThatCameWithoutItsEventsIsAskedFor() {
        Delta first = put(ann, "v");
        repair(ann, ben);
        assertThat(ben.replica.known(NAME)).isEmpty();
        assertThat(ben.asking().unnamed()).isEqualTo(DotSet.of(first.events()));
        ben.pull(ann);
        assertThat(ben.replica.known(NAME)).isEqualTo(first.events());
        assertThat(ben.asking().unnamed().isEmpty()).isTrue();
    }

    @Test
    void aNameThatWasToldLaterIsPassedOn() {
        Delta first = put(ann, "v");
        repair(ann, ben);
        ben.pull(ann);
        cyd.pull(ben);
        assertThat(cyd.replica.known(NAME)).isEqualTo(first.events());
        ben.restart();
        cyd.restartEmpty();
        cyd.pull(ben);
        assertThat(cyd.replica.known(NAME)).isEqualTo(first.events());
    }

    @Test
    void aNameIsStillAskedForAfterARestart() {
        Delta first = put(ann, "v");
        repair(ann, ben);
        ben.restart();
        assertThat(ben.asking().unnamed()).isEqualTo(DotSet.of(first.events()));
        ben.pull(ann);
        assertThat(ben.replica.known(NAME)).isEqualTo(first.events());
        ben.restart();
        assertThat(ben.asking().unnamed().isEmpty()).isTrue();
    }

    /** It forgets which events it has, except for its last. */
    private static Peer forgetful(int node) {
        return new Peer(node, 2, 1);
    }

    @Test
    void aFullAnswerBringsTheNames() {
        Peer dan = forgetful(4);
        Delta first = put(dan, "v");
        dan.put("other", "v");
        dan.checkpoint();
        ben.pull(dan);
        ben.restart();
        assertThat(ben.replica.known(NAME)).isEqualTo(first.events());
    }

    @Test
    void aNameThatIsAskedForComesAloneWhenItsEventHasLeftTheLog() {
        Peer dan = forgetful(4);
        Delta first = put(dan, "v");
        dan.put("other", "v");
        repair(dan, cyd);
        dan.checkpoint();
        cyd.apply(dan.put("other", "w"));
        cyd.apply(new Delta(Key.of("other"), List.of(), dan.clock(), List.of(new Dot(dan.actor(), 2))));
        List<PullMessage> answer = dan.answer(cyd.asking());
        assertThat(answer).hasSize(2);
        assertThat(((PullMessage.Rows) answer.getFirst()).deltas()).isEmpty();
        assertThat(((PullMessage.End) answer.getLast()).full()).isFalse();
        answer.forEach(cyd::absorb);
        assertThat(cyd.replica.known(NAME)).isEqualTo(first.events());
        assertThat(cyd.asking().unnamed().isEmpty()).isTrue();
    }

    @Test
    void aFullAnswerBringsTheNamesOfKeysThatAreGone() {
        Peer dan = forgetful(4);
        Delta first = put(dan, "v");
        dan.delete("k");
        dan.checkpoint();
        ben.batching(1 << 20).pull(dan);
        assertThat(ben.clock()).isEqualTo(dan.clock());
        assertThat(ben.replica.known(NAME)).isEqualTo(first.events());
    }

    @Test
    void aFullAnswerThatIsNotTakenToItsEndBringsNoNamesOfEventsThatAreNotThere() {
        Peer dan = forgetful(4);
        Delta first = put(dan, "v");
        dan.delete("k");
        dan.put("other", "v");
        dan.checkpoint();
        List<PullMessage> answer = dan.answer(ben.asking());
        answer.subList(0, answer.size() - 1).forEach(ben::absorb);
        assertThat(ben.replica.known(NAME)).isEmpty();
        ben.pull(dan);
        assertThat(ben.replica.known(NAME)).isEqualTo(first.events());
    }

    @Test
    void anAdditionWhoseFirstTryCameWithAFullAnswerIsCountedOnce() {
        Peer dan = forgetful(1);
        add(dan, 5);
        dan.put("other", "v");
        dan.checkpoint();
        add(ben, 5);
        ben.replica.agreed(Retirements.NONE, ben.actor());
        ben.replica.others(2);
        ben.pull(dan);
        ben.replica.confirmed(dan.node(), dan.clock());
        ben.settleDuplicates();
        assertThat(counted(ben)).isEqualTo(5);
    }

    @Test
    void whoDoesNotKnowANameEitherSaysSo() {
        Delta first = put(ann, "v");
        repair(ann, cyd);
        ben.pull(cyd);
        assertThat(ben.replica.known(NAME)).isEmpty();
        ben.pull(ann);
        assertThat(ben.replica.known(NAME)).isEqualTo(first.events());
    }

    @Test
    void whatIsRememberedIsForgottenAfterTwoGenerationsAndNotBefore() {
        long minute = TimeUnit.MINUTES.toNanos(1);
        ann.replica.forgetOldWrites(0);
        Delta first = put(ann, "v");
        ann.replica.forgetOldWrites(WriteIdTable.GENERATION_MINUTES * minute);
        ann.write();
        assertThat(ann.replica.known(NAME)).isEqualTo(first.events());
        ann.restart();
        ann.replica.forgetOldWrites(0);
        ann.replica.forgetOldWrites((WriteIdTable.GENERATION_MINUTES - 1) * minute);
        ann.write();
        assertThat(ann.replica.known(NAME)).isEqualTo(first.events());
        ann.replica.forgetOldWrites(WriteIdTable.GENERATION_MINUTES * minute);
        ann.write();
        assertThat(ann.replica.known(NAME)).isEmpty();
    }

    @Test
    void twoValuesOfOneWriteStayBothWhileNothingHasReplacedThem() {
        put(ann, "v");
        put(ben, "v");
        converge();
        assertThat(ann.values("k")).containsExactly("v", "v");
    }

    @Test
    void aFirstTryThatComesLateDoesNotStayBesideWhatReplacedItsRetry() {
        put(ann, "v");
        put(ben, "v");
        ben.put("k", "newer");
        converge();
        assertThat(ann.values("k")).containsExactly("newer");
    }

    @Test
    void aFirstTryThatComesLateDoesNotComeBackAfterItsRetryWasDeleted() {
        put(ann, "v");
        put(ben, "v");
        ben.delete("k");
        converge();
        assertThat(ann.values("k")).isEmpty();
    }

    @Test
    void aRetryThatReplacedNothingGoesWithItsFirstTryThoughThatWasThereWithoutItsName() {
        ann.mutate(KEY, Bytes.utf8("v"), Optional.of(DotSet.EMPTY), NAME);
        repair(ann, ben);
        ben.put("k", "newer");
        ben.mutate(KEY, Bytes.utf8("v"), Optional.of(DotSet.EMPTY), NAME);
        assertThat(ben.values("k")).containsExactlyInAnyOrder("newer", "v");
        converge();
        assertThat(ann.values("k")).containsExactly("newer");
    }

    @Test
    void aTryThatItsNodeLostGoesByAReplicaThatTookIt() {
        Delta first = ann.mutate(KEY, Bytes.utf8("v"), Optional.of(DotSet.EMPTY), NAME)
                .delta();
        ben.takes(first, NAME);
        ann.restartEmpty();
        cyd.mutate(KEY, Bytes.utf8("v"), Optional.of(DotSet.EMPTY), NAME);
        cyd.put("k", "newer");
        converge();
        assertThat(ann.values("k")).containsExactly("newer");
    }

    @Test
    void ofThreeTriesTwoGoWhenTheThirdWasReplacedByAnotherWrite() {
        Delta first = ann.mutate(KEY, Bytes.utf8("v"), Optional.of(DotSet.EMPTY), NAME)
                .delta();
        Delta second = ben.mutate(KEY, Bytes.utf8("v"), Optional.of(DotSet.EMPTY), NAME)
                .delta();
        cyd.mutate(KEY, Bytes.utf8("v"), Optional.of(DotSet.EMPTY), NAME);
        cyd.put("k", "newer");
        ann.takes(second, NAME);
        ben.takes(first, NAME);
        converge();
        assertThat(ann.values("k")).containsExactly("newer");
    }

    @Test
    void ofThreeTriesTwoStayWhenOneOfThemMayHaveReplacedTheThird() {
        Delta first = put(ann, "v");
        repair(ann, ben);
        Delta second = put(ben, "v");
        Delta third = cyd.mutate(KEY, Bytes.utf8("v"), Optional.of(DotSet.EMPTY), NAME)
                .delta();
        for (Peer peer : List.of(ann, ben, cyd)) {
            for (Delta each : List.of(first, second, third)) {
                peer.takes(each, NAME);
            }
        }
        converge();
        assertThat(ann.values("k")).containsExactly("v", "v");
    }

    @Test
    void aRetryThatReplacedItsFirstTryStays() {
        put(ann, "v");
        repair(ann, ben);
        put(ben, "v");
        converge();
        assertThat(ann.values("k")).containsExactly("v");
    }

    @Test
    void ofThreeTriesOfWhichOneReplacedAnotherAValueStays() {
        put(ann, "v");
        repair(ann, ben);
        put(ben, "v");
        put(cyd, "v");
        converge();
        assertThat(ann.values("k")).contains("v");
    }

    @Test
    void anAdditionWithSeveralTriesIsCountedOnce() {
        add(ann, 5);
        add(ben, 5);
        add(cyd, 5);
        converge();
        assertThat(counted(ann)).isEqualTo(5);
    }

    @Test
    void anAdditionWithSeveralTriesIsCountedOnceThoughTheirNodesWereRestarted() {
        add(ann, 5);
        ann.restart();
        add(ben, 5);
        ben.restart();
        repair(ann, ben);
        repair(ben, ann);
        repair(ben, cyd);
        ben.update(KEY, new Step(COUNTER, new TypeChange.Increase(100)));
        converge();
        ben.restart();
        converge();
        assertThat(counted(ann)).isEqualTo(105);
    }

    @Test
    void whatWasResetIsNotGivenBack() {
        add(ann, 5);
        add(ben, 5);
        ben.update(KEY, new Step(COUNTER, new TypeChange.Clear()));
        ben.update(KEY, new Step(COUNTER, new TypeChange.Increase(3)));
        converge();
        // The reset saw one of the two.
        assertThat(counted(ann)).isEqualTo(8);
        ann.update(KEY, new Step(COUNTER, new TypeChange.Clear()));
        converge();
        assertThat(counted(ann)).isEqualTo(0);
    }
}
