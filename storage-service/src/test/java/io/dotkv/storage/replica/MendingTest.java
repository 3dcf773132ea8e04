package io.dotkv.storage.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dotkv.kernel.Delta;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.Row;
import io.dotkv.storage.PullMessage;
import io.dotkv.storage.RowRepair;
import io.dotkv.storage.engine.Engine;
import io.dotkv.storage.replica.store.DamagedRowException;
import io.dotkv.storage.replica.store.PartitionStore;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A damaged row is replaced by what the others have, whatever the own clock covers. */
class MendingTest {
    private static final String CART = "cart";
    private static final byte[] PLACE =
            new PartitionStore(Peer.PARTITION).keys().row(Key.of(CART));

    private final Peer ann = new Peer(1);
    private final Peer ben = new Peer(2);
    private final Peer cyd = new Peer(3);

    private static void damage(Peer peer) {
        try (Engine.Batch batch = peer.engine.newBatch()) {
            batch.put(PLACE, new byte[] {7});
            peer.engine.write(batch, true);
        }
    }

    private Row of(Peer... donors) {
        Row joined = Row.EMPTY;
        for (Peer donor : donors) {
            joined = joined.join(donor.row(CART));
        }
        return joined;
    }

    private static RowRepair mend(Peer peer, Row row, boolean acceptsLoss) {
        RowRepair mended = peer.replica.mend(Key.of(CART), row, acceptsLoss);
        peer.write();
        return mended;
    }

    private void everywhere(Delta delta) {
        List.of(ann, ben, cyd).forEach(peer -> peer.apply(delta));
    }

    private void heal(String... values) {
        for (Peer puller : List.of(ann, ben, cyd, ann, ben, cyd)) {
            for (Peer donor : List.of(ann, ben, cyd)) {
                if (puller != donor) {
                    puller.pull(donor);
                }
            }
        }
        for (Peer peer : List.of(ann, ben, cyd)) {
            peer.strip();
            assertThat(peer.clock()).isEqualTo(ann.clock());
            assertThat(peer.values(CART)).containsExactly(values);
            assertThat(peer.stored(CART)).isEqualTo(ann.stored(CART));
        }
    }

    /** Scenario 25. */
    @Test
    void aRowThatIsUnreadableWhileAnotherReplicaLacksAWriteOfItIsRepairedFromThePeersAndNoDeleteSpreads() {
        everywhere(ann.put(CART, "apples"));
        Delta second = cyd.put(CART, "pears");
        ann.apply(second);
        damage(ann);
        assertThatThrownBy(() -> ann.replica.read(Key.of(CART), false)).isInstanceOf(DamagedRowException.class);
        ben.pull(ann);
        assertThat(ben.values(CART)).containsExactly("apples");
        assertThat(mend(ann, of(ben, cyd), false)).isEqualTo(RowRepair.REPLACED);
        assertThat(ann.values(CART)).containsExactly("pears");
        heal("pears");
    }

    @Test
    void aDeletedKeyStaysDeletedWhenItsRowIsMended() {
        everywhere(ann.put(CART, "apples"));
        damage(ann);
        Delta deletion = ben.delete(CART);
        cyd.apply(deletion);
        assertThat(mend(ann, of(ben, cyd), false)).isEqualTo(RowRepair.REPLACED);
        assertThat(ann.values(CART)).isEmpty();
        heal();
    }

    @Test
    void aNewEventThatComesWithTheRowEntersClockAndLogSoThatOthersGetItFromHere() {
        everywhere(ann.put(CART, "apples"));
        damage(ann);
        Delta news = ben.put(CART, "pears");
        assertThat(mend(ann, of(ben), false)).isEqualTo(RowRepair.REPLACED);
        assertThat(ann.clock().containsAll(news.context().with(news.events().getFirst())))
                .isTrue();
        cyd.pull(ann);
        assertThat(cyd.values(CART)).containsExactly("pears");
        heal("pears");
    }

    @Test
    void anEventThatOnlyTheDamagedRowHadIsWaitedForAndThenLostOnAllReplicasAlike() {
        everywhere(ann.put(CART, "apples"));
        ann.put(CART, "only here");
        damage(ann);
        assertThat(mend(ann, of(ben, cyd), false)).isEqualTo(RowRepair.EVENTS_MISSING);
        assertThatThrownBy(() -> ann.replica.read(Key.of(CART), false)).isInstanceOf(DamagedRowException.class);
        assertThat(mend(ann, of(ben, cyd), true)).isEqualTo(RowRepair.REPLACED);
        heal("apples");
    }

    @Test
    void anEventOfAnotherKeyThatTheDonorsLackDoesNotHoldTheMendingUp() {
        everywhere(ann.put(CART, "apples"));
        ann.put("other", "only here");
        damage(ann);
        assertThat(mend(ann, of(ben, cyd), false)).isEqualTo(RowRepair.REPLACED);
        heal("apples");
    }

    @Test
    void aReadableRowIsJoinedAndNotReplaced() {
        everywhere(ann.put(CART, "apples"));
        Delta news = ann.put(CART, "pears");
        assertThat(mend(ann, of(ben, cyd), true)).isEqualTo(RowRepair.READABLE);
        assertThat(ann.values(CART)).containsExactly("pears");
        ben.apply(news);
        heal("pears");
    }

    @Test
    void theMarkOfAResidualGoesWithTheRowThatHadIt() {
        everywhere(ann.put(CART, "apples"));
        ben.put("other", "b");
        Delta later = ben.put(CART, "pears", ben.row(CART).context());
        ann.apply(later);
        assertThat(ann.stored(CART).context().isEmpty()).isFalse();
        damage(ann);
        cyd.pull(ben);
        ann.pull(ben);
        assertThat(mend(ann, of(ben, cyd), false)).isEqualTo(RowRepair.REPLACED);
        assertThat(new PartitionStore(Peer.PARTITION).isMarkedResidual(ann.engine, Key.of(CART)))
                .isEqualTo(!ann.stored(CART).context().isEmpty());
        heal("pears");
        assertThat(new PartitionStore(Peer.PARTITION).isMarkedResidual(ann.engine, Key.of(CART)))
                .isFalse();
    }

    @Test
    void aFullAnswerThatIsUnderWayIsGivenUpByAMending() {
        Peer old = new Peer(1, 2, 0);
        Delta first = ben.put(CART, "apples");
        List.of(old, cyd).forEach(peer -> peer.apply(first));
        Delta removal = old.delete(CART);
        old.checkpoint();
        List<PullMessage> answer = old.answer(cyd.asking());
        answer.subList(0, answer.size() - 1).forEach(cyd::absorb);
        damage(cyd);
        assertThat(mend(cyd, ben.row(CART), false)).isEqualTo(RowRepair.REPLACED);
        cyd.absorb(answer.getLast());
        assertThat(cyd.clock().containsAll(old.clock())).isFalse();
        assertThat(cyd.values(CART)).containsExactly("apples");
        assertThat(removal.leaves()).isEmpty();
        cyd.pull(old);
        assertThat(cyd.values(CART)).isEmpty();
    }
}
