package io.dotkv.storage.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Delta;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.Row;
import io.dotkv.storage.PullMessage;
import io.dotkv.storage.Refusal;
import io.dotkv.storage.engine.Engine;
import io.dotkv.storage.replica.store.EngineKeys;
import io.dotkv.storage.replica.store.PartitionStore;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class PullAnswerTest {
    private static final EngineKeys KEYS = new PartitionStore(Peer.PARTITION).keys();

    private final Peer ann = new Peer(1);
    private final Peer ben = new Peer(2);

    @Test
    void aReplicaThatMissesNothingIsToldSo() {
        ann.put("a", "1");
        ben.pull(ann);
        assertThat(ann.answer(ben.asking())).singleElement().satisfies(message -> {
            PullMessage.End end = (PullMessage.End) message;
            assertThat(end.full()).isFalse();
            assertThat(end.clock()).isEqualTo(ann.clock());
            assertThat(end.voting()).isTrue();
            assertThat(end.node()).isEqualTo(1);
        });
    }

    @Test
    void whatTheLogHasIsSentAsTheRowsOfTheMissingEvents() {
        ann.put("old", "1");
        ben.pull(ann);
        ann.put("b", "2");
        ann.put("a", "3");
        ann.delete("old");
        List<PullMessage> answer = ann.answer(ben.asking());
        assertThat(deltas(answer)).extracting(Delta::key).containsExactly(Key.of("a"), Key.of("b"), Key.of("old"));
        assertThat(answer).hasSize(4).last().isInstanceOf(PullMessage.End.class);
        answer.forEach(ben::absorb);
        assertThat(ben.clock()).isEqualTo(ann.clock());
        assertThat(ben.values("old")).isEmpty();
    }

    @Test
    void manyEventsAreLookedUpPartByPart() {
        ann.syncing(false);
        for (int number = 0; number < 9000; number++) {
            ann.put("k" + number % 3000, "v" + number);
        }
        ann.batching(64 << 10);
        assertThat(ben.pull(ann)).isGreaterThan(5);
        assertThat(ben.clock()).isEqualTo(ann.clock());
        assertThat(ben.values("k17")).isEqualTo(ann.values("k17"));
    }

    @Test
    void messagesAreBoundedByBytes() {
        for (int number = 0; number < 20; number++) {
            ann.put("k" + number, "x".repeat(100));
        }
        for (PullMessage message : ann.batching(500).answer(ben.asking())) {
            assertThat(deltas(List.of(message)).size()).isLessThanOrEqualTo(3);
        }
    }

    @Test
    void whatHasLeftTheLogIsAnsweredByEveryRow() {
        Peer forgetful = new Peer(3, 2, 1);
        forgetful.put("a", "1");
        forgetful.put("b", "2");
        ben.pull(forgetful);
        forgetful.delete("a");
        forgetful.put("c", "3");
        forgetful.put("c", "4");
        forgetful.checkpoint();
        List<PullMessage> answer = forgetful.answer(ben.asking());
        assertThat(answer)
                .last()
                .satisfies(end -> assertThat(((PullMessage.End) end).full()).isTrue());
        assertThat(deltas(answer)).extracting(Delta::key).containsExactly(Key.of("b"), Key.of("c"));
        answer.forEach(ben::absorb);
        assertThat(ben.values("a")).isEmpty();
        assertThat(ben.clock()).isEqualTo(forgetful.clock());
        assertThat(ben.strip().stored("a")).isEqualTo(Row.EMPTY);
    }

    @Test
    void theRangesOfAFullAnswerFollowEachOtherFromTheFirstKeyToTheLast() {
        Peer forgetful = new Peer(3, 2, 1);
        for (String key : List.of("a", "b", "c")) {
            forgetful.put(key, "1");
        }
        List<PullMessage> answer = forgetful.checkpoint().answer(ben.asking());
        Optional<Bytes> upTo = Optional.of(Bytes.EMPTY);
        for (PullMessage message : answer.subList(0, answer.size() - 1)) {
            PullMessage.KeyRange range = ((PullMessage.Rows) message).whole().orElseThrow();
            assertThat(Optional.of(range.after())).isEqualTo(upTo);
            upTo = range.upTo();
        }
        assertThat(upTo).isEmpty();
    }

    @Test
    void anEmptyPartitionIsAFullAnswerToo() {
        Peer forgetful = new Peer(3, 2, 1);
        for (int round = 0; round < 3; round++) {
            forgetful.put("a", "1");
            forgetful.delete("a");
        }
        forgetful.checkpoint();
        assertThat(deltas(forgetful.answer(ben.asking()))).isEmpty();
        ben.pull(forgetful);
        assertThat(ben.clock()).isEqualTo(forgetful.clock());
    }

    @Test
    void aLogRecordThatIsMissingWithoutHavingBeenPrunedIsAnsweredByEveryRow() {
        ann.put("a", "1");
        ann.put("b", "2");
        write(ann, batch -> batch.delete(KEYS.log(ann.actor(), 1)));
        ben.pull(ann);
        assertThat(ben.clock()).isEqualTo(ann.clock());
        assertThat(ben.values("a")).containsExactly("1");
    }

    @Test
    void aDamagedRowIsLeftOutAndTheAnswerHasNoEnd() {
        for (String key : List.of("a", "b", "c")) {
            ann.put(key, "1");
        }
        damage(ann, "b");
        List<PullMessage> answer = ann.answer(ben.asking());
        assertThat(deltas(answer)).extracting(Delta::key).containsExactly(Key.of("a"), Key.of("c"));
        assertIsDamaged(answer.getLast());
        answer.forEach(ben::absorb);
        assertThat(ben.values("c")).containsExactly("1");
        assertThat(ben.clock().containsAll(ann.clock())).isFalse();
    }

    @Test
    void aFullAnswerSaysNothingAboutTheKeyOfADamagedRow() {
        Peer forgetful = new Peer(3, 2, 1);
        for (String key : List.of("a", "b", "c", "d")) {
            forgetful.put(key, "1");
        }
        ben.pull(forgetful);
        for (String key : List.of("a", "b", "c", "d")) {
            forgetful.put(key, "2");
        }
        damage(forgetful.checkpoint(), "a");
        damage(forgetful, "c");
        for (int batchBytes : new int[] {1, 10_000}) {
            List<PullMessage> answer = forgetful.batching(batchBytes).answer(ben.asking());
            assertThat(deltas(answer)).extracting(Delta::key).containsExactly(Key.of("b"), Key.of("d"));
            assertIsDamaged(answer.getLast());
            answer.forEach(ben::absorb);
            assertThat(ben.values("a")).containsExactly("1");
            assertThat(ben.values("b")).containsExactly("2");
            assertThat(ben.values("c")).containsExactly("1");
        }
    }

    private static void assertIsDamaged(PullMessage message) {
        assertThat(message).isInstanceOf(PullMessage.Unavailable.class);
        assertThat(((PullMessage.Unavailable) message).refusal().reason()).isEqualTo(Refusal.Reason.DAMAGED);
    }

    private static void damage(Peer peer, String key) {
        write(peer, batch -> batch.put(KEYS.row(Key.of(key)), new byte[] {1}));
    }

    private static void write(Peer peer, Consumer<Engine.Batch> changes) {
        try (Engine.Batch batch = peer.engine.newBatch()) {
            changes.accept(batch);
            peer.engine.write(batch, true);
        }
    }

    private static List<Delta> deltas(List<PullMessage> answer) {
        return answer.stream()
                .filter(PullMessage.Rows.class::isInstance)
                .flatMap(message -> ((PullMessage.Rows) message).deltas().stream())
                .toList();
    }
}
