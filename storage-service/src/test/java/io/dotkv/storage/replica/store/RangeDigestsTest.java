package io.dotkv.storage.replica.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Delta;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.Row;
import io.dotkv.kernel.encoding.Encoding;
import io.dotkv.storage.Digests;
import io.dotkv.storage.Requests;
import io.dotkv.storage.engine.Engine;
import io.dotkv.storage.replica.Peer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Digests of ranges are equal where the rows are, and differ where they do not. */
class RangeDigestsTest {
    private final Peer ann = new Peer(1);
    private final Peer ben = new Peer(2);
    private final List<Key> damaged = new ArrayList<>();

    private void both(Delta delta) {
        ann.apply(delta);
        ben.apply(delta);
    }

    private void fill(int keys) {
        for (int number = 0; number < keys; number++) {
            both(ann.put("key %03d".formatted(number), "value " + number));
        }
    }

    private Digests digest(Peer peer, int rowsPerRange, Bytes after, Bytes... ends) {
        return digest(peer, ann.clock().base().intersect(ben.clock().base()), rowsPerRange, after, ends);
    }

    private Digests digest(Peer peer, DotSet common, int rowsPerRange, Bytes after, Bytes... ends) {
        Requests.Digest request =
                new Requests.Digest(1, Peer.PARTITION, common, after, List.of(ends), rowsPerRange, Long.MAX_VALUE);
        return RangeDigests.of(peer.engine, peer.clock(), request, damaged::add);
    }

    private static void overwrite(Peer peer, String key, byte[] row) {
        try (Engine.Batch batch = peer.engine.newBatch()) {
            batch.put(new PartitionStore(Peer.PARTITION).keys().row(Key.of(key)), row);
            peer.engine.write(batch, true);
        }
    }

    @Test
    void equalReplicasHaveEqualDigestsWhateverTheRangesAre() {
        fill(30);
        for (int rows : List.of(1, 7, 30, 1000)) {
            Digests own = digest(ann, rows, Bytes.EMPTY);
            Bytes[] ends = own.ranges().stream().map(Digests.Range::end).toArray(Bytes[]::new);
            assertThat(digest(ben, 1000, Bytes.EMPTY, ends).ranges()).isEqualTo(own.ranges());
            assertThat(own.end()).isEqualTo(Bytes.EMPTY);
            assertThat(own.ranges().stream().mapToInt(Digests.Range::rows).sum())
                    .isEqualTo(30);
        }
    }

    @Test
    void theEmptyPartitionIsOneRange() {
        assertThat(digest(ann, 1000, Bytes.EMPTY).ranges()).hasSize(1);
        assertThat(digest(ann, 1000, Bytes.EMPTY)).isEqualTo(digest(ann, 1, Bytes.EMPTY));
    }

    @Test
    void aWriteThatOnlyOneReplicaHasCountsForNothing() {
        fill(10);
        DotSet common = ann.clock().base();
        ann.put("key 99", "only at one");
        assertThat(digest(ann, common, 1000, Bytes.EMPTY).ranges().getFirst().hash())
                .isEqualTo(digest(ben, common, 1000, Bytes.EMPTY)
                        .ranges()
                        .getFirst()
                        .hash());
    }

    /** Scenario 26, the first half: clocks cannot see rot, digests do. */
    @Test
    void aPayloadThatHasChangedSilentlyShowsInTheRangeAndInTheRowWhileClocksAreEqual() {
        fill(30);
        Row row = ben.stored("key 013");
        Leaf leaf = row.leaves().getFirst();
        Leaf rotten = new Leaf(leaf.dot(), leaf.path(), leaf.time(), Bytes.utf8("value XX"));
        overwrite(ben, "key 013", Encoding.encodeRow(new Row(List.of(rotten), row.context())));
        assertThat(ann.clock()).isEqualTo(ben.clock());
        assertThat(differing(10)).containsExactly("key 019");
        assertThat(differing(1)).containsExactly("key 013");
    }

    /** Scenario 26, the second half. */
    @Test
    void aRowThatHasVanishedSilentlyShowsToo() {
        fill(30);
        try (Engine.Batch batch = ben.engine.newBatch()) {
            batch.delete(new PartitionStore(Peer.PARTITION).keys().row(Key.of("key 013")));
            ben.engine.write(batch, true);
        }
        assertThat(ann.clock()).isEqualTo(ben.clock());
        assertThat(differing(10)).containsExactly("key 019");
        assertThat(digest(ben, 1, Bytes.EMPTY).ranges().stream().map(Digests.Range::end))
                .doesNotContain(Bytes.utf8("key 013"));
    }

    /** The ends of the ranges of one replica that are not equal at the other. */
    private List<String> differing(int rowsPerRange) {
        List<Digests.Range> own = digest(ann, rowsPerRange, Bytes.EMPTY).ranges();
        Bytes[] ends = own.stream().map(Digests.Range::end).toArray(Bytes[]::new);
        List<Digests.Range> theirs = digest(ben, 1000, Bytes.EMPTY, ends).ranges();
        List<String> differing = new ArrayList<>();
        for (int range = 0; range < own.size(); range++) {
            if (!own.get(range).hash().equals(theirs.get(range).hash())) {
                differing.add(new String(own.get(range).end().array(), java.nio.charset.StandardCharsets.UTF_8));
            }
        }
        return differing;
    }

    @Test
    void aDamagedRowIsCountedAndNamedAndNotInTheHash() {
        fill(3);
        overwrite(ben, "key 001", new byte[] {7});
        List<Digests.Range> rows = digest(ben, 1, Bytes.EMPTY).ranges();
        assertThat(rows.get(1).damaged()).isEqualTo(1);
        assertThat(rows.get(1).isWhole()).isFalse();
        assertThat(damaged).containsExactly(Key.of("key 001"));
        assertThat(digest(ben, 1000, Bytes.EMPTY).ranges().getFirst().damaged()).isEqualTo(1);
    }

    @Test
    void aRowWithAResidualContextIsCountedAndNotInTheHash() {
        fill(3);
        ann.put("other", "x");
        Delta later = ann.put("key 001", "new", ann.row("key 001").context());
        ben.apply(later);
        assertThat(ben.stored("key 001").context().isEmpty()).isFalse();
        Digests.Range row = digest(ben, 1, Bytes.EMPTY).ranges().get(1);
        assertThat(row.unsettled()).isEqualTo(1);
        assertThat(row.hash())
                .isEqualTo(
                        digest(ben, 1000, Bytes.utf8("zzz")).ranges().getFirst().hash());
    }

    @Test
    void anAnswerGoesOnWhereTheOneBeforeItEnded() {
        fill(30);
        Digests first = digest(ann, 7, Bytes.EMPTY, Bytes.utf8("key 010"));
        assertThat(first.end()).isEqualTo(Bytes.utf8("key 010"));
        Digests rest = digest(ann, 7, first.end());
        assertThat(first.ranges().stream().mapToInt(Digests.Range::rows).sum()
                        + rest.ranges().stream().mapToInt(Digests.Range::rows).sum())
                .isEqualTo(30);
    }

    @Test
    void aLargeAnswerEndsEarlyAtARow() {
        String large = "x".repeat(1 << 20);
        for (int number = 0; number < 9; number++) {
            both(ann.put("key " + number, large));
        }
        Digests own = digest(ann, 1000, Bytes.EMPTY);
        assertThat(own.ranges()).hasSize(1);
        assertThat(own.end()).isEqualTo(Bytes.utf8("key 3"));
        assertThat(digest(ben, 1000, Bytes.EMPTY, Bytes.EMPTY).end()).isEqualTo(Bytes.utf8("key 3"));
    }
}
