package io.dotkv.storage.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dotkv.kernel.Actor;
import io.dotkv.kernel.Delta;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.Row;
import io.dotkv.storage.PullMessage;
import io.dotkv.storage.engine.Engine;
import io.dotkv.storage.replica.store.DamagedRowException;
import io.dotkv.storage.replica.store.PartitionStore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * The situations in which databases of this kind have lost or resurrected data. Ann, Ben and Cyd hold the partition,
 * and two of them make a quorum. Every scenario ends with {@link #heal}: all pull from all, and become equal.
 */
class ScenarioTest {
    private static final String CART = "cart";

    private final Peer ann = new Peer(1, 2, 1);
    private final Peer ben = new Peer(2, 2, 1);
    private final Peer cyd = new Peer(3, 2, 1);
    private final List<Peer> all = List.of(ann, ben, cyd);

    private void heal(String... values) {
        for (int round = 0; round < 2; round++) {
            for (Peer asking : all) {
                all.stream().filter(asked -> asked != asking).forEach(asking::pull);
            }
        }
        for (Peer peer : all) {
            peer.strip().strip();
            assertThat(peer.clock()).isEqualTo(ann.clock());
            assertThat(peer.values(CART)).containsExactly(values);
            assertThat(peer.stored(CART)).isEqualTo(ann.stored(CART));
            assertThat(peer.stored(CART).context()).isEqualTo(DotSet.EMPTY);
            assertThat(peer.votes()).isTrue();
        }
    }

    private static List<String> quorum(Peer... peers) {
        Row row = Row.EMPTY;
        for (Peer peer : peers) {
            row = row.join(peer.row(CART));
        }
        return Peer.texts(row);
    }

    private void everywhere(Delta delta) {
        all.forEach(peer -> peer.apply(delta));
    }

    @Test
    void aValueWhoseReplacementArrivedFirstIsIgnoredWhenItArrivesAtLast() {
        Delta first = ann.put(CART, "apples");
        Delta second = ann.put(CART, "pears", ann.row(CART).context());
        ben.apply(second);
        cyd.pull(ben);
        for (Peer peer : List.of(ben, cyd)) {
            assertThat(peer.clock().contains(first.events().getFirst())).isFalse();
            peer.apply(first);
            assertThat(peer.values(CART)).containsExactly("pears");
        }
        heal("pears");
    }

    @Test
    void aReplicaThatMissedTheMiddleOfAChainDoesNotClaimItAndShowsOnlyTheEnd() {
        Delta first = ann.put(CART, "one");
        Delta second = ann.put(CART, "two", DotSet.of(first.events()));
        Delta third = ben.apply(first, second).put(CART, "three", DotSet.of(second.events()));
        cyd.apply(first, third);
        assertThat(cyd.clock().contains(second.events().getFirst())).isFalse();
        heal("three");
        Delta removal = cyd.delete(CART);
        everywhere(removal);
        heal();
    }

    @Test
    void whatAClientSawAtOneReplicaNeverStandsBesideWhatItWroteThroughAnother() {
        Delta seen = ann.put(CART, "apples");
        Delta written = ben.put(CART, "pears", ann.row(CART).context());
        assertThat(ben.values(CART)).containsExactly("pears");
        assertThat(cyd.apply(written).values(CART)).containsExactly("pears");
        assertThat(cyd.apply(seen).values(CART)).containsExactly("pears");
        assertThat(ben.apply(seen).values(CART)).containsExactly("pears");
        assertThat(ann.apply(written).values(CART)).containsExactly("pears");
        heal("pears");
    }

    @Test
    void aDeletedValueDoesNotReappearHoweverOldTheMessageIsThatBringsItBack() {
        Delta old = ann.put(CART, "apples");
        everywhere(old);
        everywhere(ann.delete(CART));
        for (int number = 0; number < 5; number++) {
            everywhere(ann.put("box", "v" + number));
        }
        heal();
        for (Peer peer : all) {
            peer.checkpoint();
            DotSet clock = peer.clock();
            peer.apply(old);
            assertThat(peer.values(CART)).isEmpty();
            assertThat(peer.stored(CART)).isEqualTo(Row.EMPTY);
            assertThat(peer.clock()).isEqualTo(clock);
        }
        heal();
    }

    @Test
    void aReplicaThatWasAwayForMonthsLearnsOfDeletionsAndBringsNothingBack() {
        everywhere(ann.put(CART, "apples"));
        for (int number = 0; number < 5; number++) {
            ben.apply(ann.put("key " + number, "v"));
        }
        ben.apply(ann.delete(CART));
        ann.checkpoint();
        ben.checkpoint();
        assertThat(quorum(cyd, ann)).isEmpty();
        assertThat(quorum(cyd, ben)).isEmpty();
        assertThat(ann.pull(cyd)).isEqualTo(1);
        List<PullMessage> answer = ann.answer(cyd.asking());
        assertThat(((PullMessage.End) answer.getLast()).full()).isTrue();
        answer.forEach(cyd::absorb);
        assertThat(cyd.values(CART)).isEmpty();
        heal();
    }

    @Test
    void aPutAndADeletionThatRacedGiveTheSameSiblingsEverywhereInWhateverOrderTheyMeet() {
        Delta before = ann.put(CART, "apples");
        everywhere(before);
        DotSet context = ann.row(CART).context();
        ann.put(CART, "pears", context);
        cyd.delete(CART);
        cyd.put(CART, "plums", context);
        ben.pull(cyd);
        assertThat(ben.values(CART)).containsExactly("plums");
        ben.pull(ann);
        assertThat(ben.values(CART)).containsExactly("pears", "plums");
        heal("pears", "plums");
    }

    @Test
    void aNodeThatLostItsNewestWritesIssuesNoDotAgainAndLearnsThemFromThoseWhoGotThem() {
        ann.put(CART, "kept");
        ann.syncing(false);
        Delta lost = ann.put(CART, "lost here");
        ben.apply(lost);
        ann.losePower(0);
        Delta next = ann.syncing(true).put("box", "figs");
        assertThat(next.events()).containsExactly(new Dot(new Actor(1, 2), 1));
        assertThat(ann.values(CART)).containsExactly("kept");
        ann.pull(ben);
        ann.pull(cyd);
        assertThat(ann.values(CART)).containsExactly("lost here");
        assertThat(ann.clock().contains(lost.events().getFirst())).isTrue();
        heal("lost here");
    }

    @Test
    void afterWritesThatReachedNobodyTheNextOnesLeaveNoResidual() {
        everywhere(ann.put(CART, "kept"));
        ann.syncing(false).put(CART, "reached nobody");
        ann.losePower(0);
        ann.syncing(true).pull(ben);
        ann.pull(cyd);
        everywhere(ann.put(CART, "new"));
        heal("new");
    }

    @Test
    void aReplicaThatLostAcknowledgedWritesShowsThemOnlyAfterItHasThemAgain() {
        Delta acknowledged = ann.syncing(false).put(CART, "apples");
        ben.apply(acknowledged);
        ann.losePower(0);
        assertThat(ann.votes()).isFalse();
        ann.pull(cyd);
        assertThat(ann.votes()).isFalse();
        ann.pull(ben);
        assertThat(ann.votes()).isTrue();
        assertThat(quorum(ann, cyd)).containsExactly("apples");
        heal("apples");
    }

    @Test
    void theClockOfALongAnswerIsTakenOnlyWhenEveryPartOfItArrivedInThisLife() {
        ann.put("gone", "only the clock tells");
        ann.delete("gone");
        for (int number = 0; number < 10; number++) {
            ann.put("key " + number, "v");
        }
        ann.put(CART, "apples");
        ann.checkpoint();
        List<PullMessage> lossy = new ArrayList<>(ann.answer(cyd.asking()));
        lossy.remove(4);
        lossy.forEach(cyd::absorb);
        assertThat(cyd.clock().containsAll(ann.clock())).isFalse();
        List<PullMessage> first = ann.answer(cyd.asking());
        List<PullMessage> second = ann.answer(cyd.asking());
        first.subList(0, 9).forEach(cyd::absorb);
        cyd.restart();
        first.subList(9, first.size()).forEach(cyd::absorb);
        second.subList(0, 5).forEach(cyd::absorb);
        first.subList(5, first.size()).forEach(cyd::absorb);
        assertThat(cyd.clock().containsAll(ann.clock())).isFalse();
        second.subList(5, second.size()).forEach(cyd::absorb);
        assertThat(cyd.clock()).isEqualTo(ann.clock());
        heal("apples");
    }

    @Test
    void aLongAnswerShowsOneMomentWhileItsSenderGoesOnWriting() {
        ann.put(CART, "apples");
        for (int number = 0; number < 10; number++) {
            ann.put("key " + number, "old");
        }
        DotSet moment = ann.checkpoint().clock();
        try (Engine.Snapshot snapshot = ann.engine.snapshot()) {
            PullAnswer answer = new PullAnswer(
                    snapshot,
                    new PullAnswer.Sender(1, moment, true, List.of(), DotSet.EMPTY),
                    cyd.asking(),
                    1,
                    key -> {},
                    1);
            for (PullMessage message = answer.next(); message != null; message = answer.next()) {
                ann.delete("key 3");
                ann.put("key 7", "new");
                ann.put("key 99", "new");
                cyd.absorb(message);
            }
        }
        assertThat(cyd.clock()).isEqualTo(moment);
        assertThat(cyd.values("key 3")).containsExactly("old");
        assertThat(cyd.values("key 7")).containsExactly("old");
        assertThat(cyd.values("key 99")).isEmpty();
        heal("apples");
    }

    @Test
    void aDeletionWhoseRecordLeftTheLogStillReachesWhoeverHasTheValue() {
        everywhere(ann.put(CART, "apples"));
        ann.delete(CART);
        ann.put("box", "figs");
        ann.put("box", "nuts");
        ann.checkpoint();
        assertThat(ben.pull(ann)).isGreaterThan(1);
        assertThat(ben.values(CART)).isEmpty();
        heal();
    }

    @Test
    void aDiskThatCameBackEmptyIsANewReplicaWithoutAVote() {
        everywhere(ann.put(CART, "apples"));
        String before = diskCopy(cyd);
        cyd.restart();
        assertThat(diskCopy(cyd)).isEqualTo(before);
        cyd.loseDisk();
        assertThat(cyd.votes()).isFalse();
        assertThat(diskCopy(cyd)).isNotEqualTo(before);
        assertThat(cyd.asking().voting()).isFalse();
        cyd.pull(ann);
        cyd.pull(ben);
        assertThat(cyd.votes()).isTrue();
        heal("apples");
    }

    private static String diskCopy(Peer peer) {
        String replica = peer.asking().replica();
        return replica.substring(0, replica.indexOf('/'));
    }

    @Test
    void aForgedContextNeitherRefusesNorHidesLaterWritesOfOthers() {
        ann.put(CART, "apples");
        assertThat(ann.replica.isFromNowhere(DotSet.upTo(ann.actor(), 9), ann.actor()))
                .isTrue();
        // What names others' future cannot be told here: the token's signature keeps it out.
        assertThat(ann.replica.isFromNowhere(DotSet.upTo(ben.actor(), 9), ann.actor()))
                .isFalse();
        heal("apples");
    }

    @Test
    void anUnreadableRowIsNeverTakenForAnAbsentOne() {
        everywhere(ann.put(CART, "apples"));
        Delta missed = cyd.delete(CART);
        Key cart = Key.of(CART);
        byte[] row = new PartitionStore(Peer.PARTITION).keys().row(cart);
        byte[] good = Objects.requireNonNull(ann.engine.get(row));
        overwrite(ann, row, new byte[] {7});
        assertThatThrownBy(() -> ann.replica.read(cart, false)).isInstanceOf(DamagedRowException.class);
        assertThatThrownBy(() -> ann.replica.read(cart, true)).isInstanceOf(DamagedRowException.class);
        assertThatThrownBy(() -> ann.replica.apply(missed)).isInstanceOf(DamagedRowException.class);
        ben.pull(ann);
        assertThat(ben.values(CART)).containsExactly("apples");
        ben.pull(cyd);
        assertThat(ben.values(CART)).isEmpty();
        overwrite(ann, row, good);
        heal();
    }

    @Test
    void aValueThatReplacesAllThatAReplicaCanHaveAlsoReplacesAnUnreadableRow() {
        everywhere(ann.put(CART, "apples"));
        Delta over = cyd.put(CART, "pears");
        byte[] row = new PartitionStore(Peer.PARTITION).keys().row(Key.of(CART));
        overwrite(ann, row, new byte[] {7});
        ann.apply(over);
        ben.apply(over);
        heal("pears");
    }

    private static void overwrite(Peer peer, byte[] place, byte[] bytes) {
        try (Engine.Batch batch = peer.engine.newBatch()) {
            batch.put(place, bytes);
            peer.engine.write(batch, true);
        }
    }

    @Test
    void aDeltaThatIsSentAgainByAnotherCoordinatorIsTheSameEvent() {
        Delta put = ann.put(CART, "apples");
        ben.apply(put);
        Delta again = Peer.damageFree(() -> ben.replica.repeat(put.events(), put.key()))
                .delta();
        cyd.apply(again);
        everywhere(put);
        heal("apples");
    }

    @Test
    void anythingInAnyOrderGivesTheSame() {
        List<Delta> deltas = new ArrayList<>();
        deltas.add(ann.put(CART, "one"));
        deltas.add(ann.put(CART, "two"));
        deltas.add(ben.apply(deltas.getFirst()).put(CART, "three"));
        deltas.add(ben.delete(CART));
        deltas.add(ann.put(CART, "four"));
        Collections.reverse(deltas);
        deltas.forEach(cyd::apply);
        assertThat(cyd.values(CART)).containsExactly("four");
        heal("four");
    }
}
