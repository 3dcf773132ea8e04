package io.dotkv.storage.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dotkv.kernel.Actor;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Delta;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.HybridTime;
import io.dotkv.kernel.Key;
import io.dotkv.storage.PullMessage;
import io.dotkv.storage.StampedWrite;
import io.dotkv.storage.engine.Engine;
import io.dotkv.storage.replica.store.DamagedRowException;
import io.dotkv.storage.replica.store.PartitionStore;
import io.dotkv.storage.replica.store.ResidualSweep;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ReplicaTest {
    private final Peer ann = new Peer(1);
    private final Peer ben = new Peer(2);

    @Test
    void aPutWithoutContextReplacesWhatTheReplicaHasSeen() {
        ann.put("cart", "apples");
        StampedWrite second = ann.mutate(Key.of("cart"), Bytes.utf8("pears"), Optional.empty());
        assertThat(ann.values("cart")).containsExactly("pears");
        assertThat(second.replaced()).isEqualTo(1);
        assertThat(second.repeated()).isFalse();
    }

    @Test
    void aPutWithAContextReplacesExactlyWhatItCovers() {
        ann.put("cart", "apples");
        DotSet seen = ann.row("cart").context();
        ann.put("cart", "pears", seen);
        ann.put("cart", "plums", seen);
        assertThat(ann.values("cart")).containsExactly("pears", "plums");
        ann.put("cart", "all", ann.row("cart").context());
        assertThat(ann.values("cart")).containsExactly("all");
    }

    @Test
    void aPutWithAnEmptyContextReplacesNothing() {
        ann.put("cart", "apples");
        ann.put("cart", "pears", DotSet.EMPTY);
        assertThat(ann.values("cart")).containsExactly("apples", "pears");
    }

    @Test
    void aDeletionTakesADotAndLeavesNoRow() {
        ann.put("cart", "apples");
        Delta deletion = ann.delete("cart");
        assertThat(deletion.events()).containsExactly(new Dot(ann.actor(), 2));
        assertThat(ann.values("cart")).isEmpty();
        assertThat(ann.clock()).isEqualTo(DotSet.upTo(ann.actor(), 2));
        assertThat(ann.engine.get(new PartitionStore(Peer.PARTITION).keys().row(Key.of("cart"))))
                .isNull();
    }

    @Test
    void theDotsOfAnActorHaveNoGapsWhateverElseArrives() {
        ann.put("cart", "apples");
        ann.apply(ben.put("cart", "pears"), ben.put("box", "figs"));
        assertThat(ann.put("box", "nuts").events()).containsExactly(new Dot(ann.actor(), 2));
        ann.restart();
        assertThat(ann.put("box", "dates").events()).containsExactly(new Dot(new Actor(1, 2), 1));
    }

    @Test
    void anAppliedDeltaMayComeAgain() {
        Delta put = ann.put("cart", "apples");
        ben.apply(put, put);
        Delta deletion = ben.delete("cart");
        ben.apply(put);
        ann.apply(deletion, put, deletion);
        assertThat(ben.values("cart")).isEmpty();
        assertThat(ann.values("cart")).isEmpty();
        assertThat(ann.clock()).isEqualTo(ben.clock());
        assertThat(damageFreeApply(ben, put)).isZero();
    }

    private static int damageFreeApply(Peer peer, Delta delta) {
        return Peer.damageFree(() -> peer.replica.apply(delta));
    }

    @Test
    void aValueWhoseReplacementCameFirstIsNotTakenAndLeavesAResidualUntilTheClockCoversIt() {
        Delta first = ann.put("cart", "apples");
        Delta second = ann.put("cart", "pears");
        ben.apply(second);
        assertThat(ben.stored("cart").context())
                .isEqualTo(DotSet.of(first.events()).union(DotSet.of(second.events())));
        ben.apply(first);
        assertThat(ben.values("cart")).containsExactly("pears");
        ben.strip();
        assertThat(ben.stored("cart").context()).isEqualTo(DotSet.EMPTY);
        assertThat(new PartitionStore(Peer.PARTITION).residuals(ben.engine, Bytes.EMPTY, 9))
                .isEmpty();
    }

    @Test
    void theLeafOfADeltaEntersTheClockEvenIfNoEventNamesIt() {
        Delta put = ann.put("cart", "apples");
        ben.apply(new Delta(put.key(), put.leaves(), put.context(), List.of()));
        assertThat(ben.clock()).isEqualTo(ann.clock());
    }

    @Test
    void anAcknowledgedDeletionAlsoDeletesWhatAnUnknownWriteHadReplaced() {
        Peer cyd = new Peer(3);
        Delta everywhere = ann.put("cart", "apples");
        ben.apply(everywhere);
        cyd.apply(everywhere);
        ann.put("cart", "reached nobody");
        Delta deletion = ann.delete("cart");
        ben.apply(deletion);
        assertThat(ben.row("cart").join(cyd.row("cart")).leaves()).isEmpty();
    }

    @Test
    void strippingGoesOnBehindRowsThatCannotBeStripped() {
        for (int number = 0; number < 5; number++) {
            // The replaced value never arrives, so this residual stays.
            ann.put("a" + number, "1");
            ben.apply(ann.put("a" + number, "2"));
        }
        Peer cyd = new Peer(3);
        Delta first = cyd.put("z", "1");
        ben.apply(cyd.put("z", "2"));
        ben.apply(first);
        for (int round = 0; round < 3; round++) {
            ben.replica.strip(3);
            ben.write();
        }
        assertThat(ben.stored("z").context()).isEqualTo(DotSet.EMPTY);
        assertThat(ben.stored("a0").context()).isNotEqualTo(DotSet.EMPTY);
        CountingView view = new CountingView(ben.engine);
        assertThat(new ResidualSweep(new PartitionStore(Peer.PARTITION)).next(view, DotSet.EMPTY, 3))
                .isEmpty();
        assertThat(view.steps()).isZero();
    }

    @Test
    void aDamagedRowDoesNotHoldUpTheStrippingOfOthers() {
        Delta damaged = ann.put("a", "1");
        Delta first = ann.put("b", "1");
        Delta second = ann.put("b", "2");
        ben.apply(ann.put("a", "2"), second, damaged, first);
        write(ben, batch -> batch.put(new PartitionStore(Peer.PARTITION).keys().row(Key.of("a")), new byte[] {1}));
        ben.strip();
        assertThat(ben.stored("b").context()).isEqualTo(DotSet.EMPTY);
    }

    private static void write(Peer peer, Consumer<Engine.Batch> changes) {
        try (Engine.Batch batch = peer.engine.newBatch()) {
            changes.accept(batch);
            peer.engine.write(batch, true);
        }
    }

    @Test
    void whatLeavesTheLogIsKnownToHaveLeft() {
        Peer forgetful = new Peer(1, 2, 2);
        for (int number = 1; number <= 5; number++) {
            forgetful.put("k" + number, "v");
        }
        assertThat(forgetful.replica.reading().logRecords()).isEqualTo(5);
        forgetful.checkpoint();
        assertThat(forgetful.replica.reading().logRecords()).isEqualTo(2);
        PartitionStore store = new PartitionStore(Peer.PARTITION);
        assertThat(store.pruned(forgetful.engine)).isEqualTo(DotSet.upTo(forgetful.actor(), 3));
        assertThat(store.logRecords(forgetful.engine, forgetful.clock(), (dot, key) -> {}))
                .isEqualTo(2);
        DotSet before = forgetful.clock();
        forgetful.restart();
        assertThat(forgetful.clock()).isEqualTo(before);
        assertThat(forgetful.replica.reading().logRecords()).isEqualTo(2);
    }

    @Test
    void theClockComesBackWithAndWithoutACheckpoint() {
        ann.put("a", "1");
        ann.apply(ben.put("a", "2"));
        ann.checkpoint();
        ann.put("b", "3");
        ben.put("lost", "4");
        ann.apply(ben.put("b", "5"));
        DotSet before = ann.clock();
        assertThat(before).hasToString("{1.1:1-2 2.1:1,3}");
        ann.restart();
        assertThat(ann.clock()).isEqualTo(before);
        assertThat(ann.values("a")).containsExactly("1", "2");
    }

    @Test
    void aContextThatNamesMoreOfThisNodeThanItIssuedComesFromNowhere() {
        ann.put("cart", "apples");
        Actor own = ann.actor();
        assertThat(ann.replica.isFromNowhere(DotSet.upTo(own, 1), own)).isFalse();
        assertThat(ann.replica.isFromNowhere(DotSet.upTo(own, 2), own)).isTrue();
        assertThat(ann.replica.isFromNowhere(DotSet.upTo(new Actor(1, 2), 1), own))
                .isTrue();
        assertThat(ann.replica.isFromNowhere(DotSet.upTo(new Actor(2, 9), 9), own))
                .isFalse();
    }

    @Test
    void aRepeatedRequestGivesTheRowThatItsEffectIsPartOf() {
        Delta put = ann.put("cart", "apples");
        ann.put("cart", "pears");
        StampedWrite again = Peer.damageFree(() -> ann.replica.repeat(put.events(), put.key()));
        assertThat(again.repeated()).isTrue();
        ben.apply(again.delta());
        assertThat(ben.values("cart")).containsExactly("pears");
        assertThat(ben.clock().contains(put.events().getFirst())).isTrue();
    }

    @Test
    void readersSeeABatchOnlyWhenItIsWritten() throws DamagedRowException {
        ann.put("cart", "apples");
        Dot own = new Dot(ann.actor(), 2);
        ann.replica.mutate(ann.actor(), HybridTime.ZERO, Key.of("cart"), Bytes.utf8("pears"), Optional.empty());
        assertThat(ann.values("cart")).containsExactly("apples");
        try (Engine.Batch batch = ann.engine.newBatch()) {
            assertThat(ann.replica.flush(batch)).isTrue();
            assertThat(ann.values("cart")).containsExactly("apples");
            ann.engine.write(batch, true);
            assertThat(ann.values("cart")).containsExactly("apples");
            assertThat(ann.row("cart").context().contains(own)).isFalse();
            ann.replica.written();
        }
        assertThat(ann.values("cart")).containsExactly("pears");
        assertThat(ann.row("cart").context().contains(own)).isTrue();
    }

    @Test
    void aDamagedOwnRowKeepsNothingElseOfAPulledMessageOut() {
        ann.put("a", "1");
        ann.put("b", "2");
        ben.put("a", "3");
        write(ben, batch -> batch.put(new PartitionStore(Peer.PARTITION).keys().row(Key.of("a")), new byte[] {1}));
        List<PullMessage> messages = ann.batching(10_000).answer(ben.asking());
        assertThatThrownBy(() -> ben.replica.absorb(messages.getFirst())).isInstanceOf(DamagedRowException.class);
        ben.write();
        assertThat(ben.values("b")).containsExactly("2");
        assertThat(ben.clock()).isEqualTo(DotSet.of(List.of(new Dot(ann.actor(), 2), new Dot(ben.actor(), 1))));
    }
}
