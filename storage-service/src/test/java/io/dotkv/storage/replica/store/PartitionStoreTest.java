package io.dotkv.storage.replica.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dotkv.kernel.Actor;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.HybridTime;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.PartitionId;
import io.dotkv.kernel.Row;
import io.dotkv.kernel.encoding.Encoding;
import io.dotkv.kernel.testkit.Samples;
import io.dotkv.kernel.testkit.Seeds;
import io.dotkv.storage.PullMessage;
import io.dotkv.storage.engine.Cursor;
import io.dotkv.storage.engine.Engine;
import io.dotkv.storage.engine.EngineException;
import io.dotkv.storage.engine.MemoryEngine;
import io.dotkv.storage.replica.CountingView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class PartitionStoreTest {
    private static final Actor FIRST = new Actor(1, 1);
    private static final Actor SECOND = new Actor(2, 7);

    private final MemoryEngine engine = new MemoryEngine();
    private final PartitionStore store = new PartitionStore(new PartitionId(0x01ff));

    @Test
    void aScanShowsNothingOfTheNeighbours() {
        Key low = key(0);
        Key high = key(0xff, 0xff);
        List<PartitionStore> neighbours = List.of(
                new PartitionStore(new PartitionId(0x01fe)),
                new PartitionStore(new PartitionId(0x0200)),
                new PartitionStore(new PartitionId(0)),
                new PartitionStore(new PartitionId(PartitionId.MAX_PARTITIONS - 1)));
        for (PartitionStore neighbour : neighbours) {
            fill(neighbour, low, high);
        }
        assertThat(rows(Bytes.EMPTY, Bytes.EMPTY)).isEmpty();
        assertThat(store.clock(engine)).isEqualTo(DotSet.EMPTY);
        assertThat(store.residuals(engine, Bytes.EMPTY, 10)).isEmpty();
        fill(store, low, high);
        assertThat(rows(Bytes.EMPTY, Bytes.EMPTY)).containsExactly(low, high);
        assertThat(store.residuals(engine, Bytes.EMPTY, 10)).containsExactly(low, high);
        assertThat(store.clock(engine)).isEqualTo(DotSet.upTo(FIRST, 2));
    }

    /** Gives a partition a row, a log record and a residual mark for each key. */
    private void fill(PartitionStore partition, Key... filled) {
        EngineKeys keys = partition.keys();
        write(batch -> {
            for (int index = 0; index < filled.length; index++) {
                batch.put(keys.row(filled[index]), Encoding.encodeRow(Row.EMPTY));
                batch.put(keys.residual(filled[index]), new byte[0]);
                batch.put(keys.log(FIRST, index + 1), filled[index].bytes().array());
            }
        });
    }

    @Test
    void aScanWithAPrefixShowsExactlyTheKeysThatBeginWithIt() {
        List<Key> all = edgyKeys();
        all.forEach(key -> put(key, Row.EMPTY));
        Seeds.run(500, random -> {
            Bytes after = random.nextInt(3) == 0
                    ? Bytes.EMPTY
                    : all.get(random.nextInt(all.size())).bytes();
            Bytes prefix = random.nextInt(3) == 0
                    ? Bytes.EMPTY
                    : all.get(random.nextInt(all.size())).bytes();
            assertThat(rows(after, prefix))
                    .isEqualTo(all.stream()
                            .filter(key -> key.bytes().compareTo(after) > 0)
                            .filter(key -> key.bytes().startsWith(prefix))
                            .toList());
        });
    }

    @Test
    void theKeysOfARangeAreThoseThatThePulledRangeContains() {
        List<Key> all = edgyKeys();
        all.forEach(key -> put(key, Row.EMPTY));
        Seeds.run(500, random -> {
            Bytes after = random.nextInt(4) == 0
                    ? Bytes.EMPTY
                    : all.get(random.nextInt(all.size())).bytes();
            Optional<Bytes> upTo = random.nextInt(4) == 0
                    ? Optional.empty()
                    : Optional.of(all.get(random.nextInt(all.size())).bytes());
            PullMessage.KeyRange range = new PullMessage.KeyRange(after, upTo, DotSet.EMPTY);
            assertThat(store.keysWithin(engine, range))
                    .isEqualTo(all.stream().filter(range::contains).toList());
        });
    }

    /** All keys of one to three bytes out of 00, 01 and ff, in order. */
    private static List<Key> edgyKeys() {
        int[] letters = {0, 1, 0xff};
        TreeSet<Key> keys = new TreeSet<>();
        for (int a : letters) {
            keys.add(key(a));
            for (int b : letters) {
                keys.add(key(a, b));
                for (int c : letters) {
                    keys.add(key(a, b, c));
                }
            }
        }
        return List.copyOf(keys);
    }

    @Test
    void theClockIsTheCheckpointAndTheRecordsAboveIt() {
        EngineKeys keys = store.keys();
        DotSet checkpoint = DotSet.upTo(FIRST, 5).with(new Dot(FIRST, 8)).with(new Dot(SECOND, 3));
        write(batch -> {
            batch.put(keys.clock(), PartitionStore.encode(checkpoint));
            for (long counter : new long[] {1, 2, 5, 7, 8, 300}) {
                batch.put(keys.log(FIRST, counter), new byte[] {1});
            }
            batch.put(keys.log(SECOND, 1), new byte[] {1});
            batch.put(keys.log(new Actor(3, 1), 1), new byte[] {1});
        });
        assertThat(store.clock(engine))
                .isEqualTo(checkpoint
                        .with(new Dot(FIRST, 7))
                        .with(new Dot(FIRST, 300))
                        .with(new Dot(SECOND, 1))
                        .with(new Dot(new Actor(3, 1), 1)));
    }

    @Test
    void readingTheClockSkipsTheRecordsThatTheCheckpointCovers() {
        EngineKeys keys = store.keys();
        write(batch -> {
            batch.put(keys.clock(), PartitionStore.encode(DotSet.upTo(FIRST, 10_000)));
            for (long counter = 1; counter <= 10_003; counter++) {
                batch.put(keys.log(FIRST, counter), new byte[] {1});
            }
        });
        CountingView view = new CountingView(engine);
        assertThat(store.clock(view)).isEqualTo(DotSet.upTo(FIRST, 10_003));
        assertThat(view.steps()).isLessThan(10);
    }

    @Test
    void anyClockIsReadBackWhateverPartOfItIsInTheCheckpoint() {
        Seeds.run(300, random -> {
            MemoryEngine fresh = new MemoryEngine();
            DotSet clock = Samples.dotSet(random);
            DotSet inCheckpoint = clock.intersect(Samples.dotSet(random)).union(clock.wholeBoots());
            try (Engine.Batch batch = fresh.newBatch()) {
                batch.put(store.keys().clock(), PartitionStore.encode(inCheckpoint));
                for (Actor actor : clock.actors()) {
                    long[] runs = clock.runsOf(actor);
                    for (int run = 0; run < runs.length; run += 2) {
                        for (long counter = runs[run]; counter <= runs[run + 1]; counter++) {
                            Dot dot = new Dot(actor, counter);
                            if (!inCheckpoint.contains(dot) || random.nextInt(2) == 0) {
                                batch.put(store.keys().log(dot), new byte[] {1});
                            }
                        }
                    }
                }
                fresh.write(batch, true);
            }
            assertThat(store.clock(fresh)).isEqualTo(clock);
        });
    }

    @Test
    void aDamagedClockIsAnErrorAndNeverAnEmptyOne() {
        byte[] encoded = PartitionStore.encode(DotSet.upTo(FIRST, 5));
        encoded[1] ^= 1;
        write(batch -> batch.put(store.keys().clock(), encoded));
        assertThatThrownBy(() -> store.clock(engine))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("clock of partition 511 is damaged");
    }

    @Test
    void aDamagedRowIsAnErrorAndNeverAbsence() {
        Key key = key(7);
        Row row = new Row(
                List.of(new Leaf(new Dot(FIRST, 1), Bytes.EMPTY, HybridTime.ofMillis(1), Bytes.utf8("3 apples"))),
                DotSet.EMPTY);
        byte[] encoded = Encoding.encodeRow(row);
        for (int at = 0; at < encoded.length; at++) {
            byte[] damaged = encoded.clone();
            damaged[at] ^= 0x10;
            write(batch -> batch.put(store.keys().row(key), damaged));
            assertThatThrownBy(() -> store.row(engine, key)).isInstanceOf(DamagedRowException.class);
            assertThatThrownBy(() -> store.cachedRow(engine, key)).isInstanceOf(DamagedRowException.class);
        }
        assertThatThrownBy(() -> PartitionStore.decode(key, new byte[0])).isInstanceOf(DamagedRowException.class);
    }

    @Test
    void logRecordsAreCountedSoThatAMissingOneShows() {
        write(batch -> {
            batch.put(store.keys().log(FIRST, 1), key(1).bytes().array());
            batch.put(store.keys().log(FIRST, 3), key(3).bytes().array());
            batch.put(store.keys().log(SECOND, 1), key(4).bytes().array());
        });
        List<String> found = new ArrayList<>();
        DotSet wanted = DotSet.upTo(FIRST, 3).with(new Dot(SECOND, 1));
        assertThat(store.logRecords(engine, wanted, (dot, key) -> found.add(dot + " " + key)))
                .isEqualTo(3);
        assertThat(found).containsExactly("1.1:1 01", "1.1:3 03", "2.7:1 04");
    }

    private List<Key> rows(Bytes after, Bytes prefix) {
        List<Key> keys = new ArrayList<>();
        try (Cursor cursor = store.rows(engine, after, prefix)) {
            while (cursor.next()) {
                keys.add(EngineKeys.keyOf(cursor.key()));
            }
        }
        return keys;
    }

    private void put(Key key, Row row) {
        write(batch -> batch.put(store.keys().row(key), Encoding.encodeRow(row)));
    }

    private void write(Consumer<Engine.Batch> changes) {
        try (Engine.Batch batch = engine.newBatch()) {
            changes.accept(batch);
            engine.write(batch, true);
        }
    }

    private static Key key(int... bytes) {
        byte[] array = new byte[bytes.length];
        for (int index = 0; index < bytes.length; index++) {
            array[index] = (byte) bytes[index];
        }
        return new Key(Bytes.wrap(array));
    }
}
