package io.dotkv.storage.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.kernel.ports.RandomSource;
import io.dotkv.kernel.testkit.Seeds;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What every engine keeps to. */
public abstract class EngineContract {
    /** A new, empty engine; the subclass closes it after the test. */
    protected abstract Engine open();

    @Test
    void aBatchIsCarriedOutInOrder() {
        Engine engine = open();
        write(engine, batch -> {
            batch.put(key("a"), value("old"));
            batch.put(key("a"), value("new"));
            batch.put(key("b"), value("gone"));
            batch.delete(key("b"));
            batch.delete(key("c"));
            batch.put(key("c"), value("here"));
        });
        assertThat(all(engine)).containsExactly("a=new", "c=here");
    }

    @Test
    void aRangeIsDeletedWithItsStartAndWithoutItsEnd() {
        Engine engine = filled("a", "b", "c", "d");
        write(engine, batch -> batch.deleteRange(key("b"), key("d")));
        assertThat(all(engine)).containsExactly("a=a", "d=d");
        assertThat(engine.get(key("b"))).isNull();
    }

    @Test
    void aRangeDeletionCoversWhatTheBatchPutBeforeAndNotWhatItPutsAfter() {
        Engine engine = open();
        write(engine, batch -> {
            batch.put(key("b"), value("before"));
            batch.put(key("c"), value("before"));
            batch.deleteRange(key("a"), key("z"));
            batch.put(key("c"), value("after"));
        });
        assertThat(all(engine)).containsExactly("c=after");
    }

    @Test
    void anAbsentKeyIsNullAndAnEmptyValueIsNot() {
        Engine engine = open();
        write(engine, batch -> batch.put(key("a"), new byte[0]));
        assertThat(engine.get(key("a"))).isEmpty();
        assertThat(engine.get(key("b"))).isNull();
    }

    @Test
    void whatIsInMemoryIsReadWithoutTheDisk() {
        Engine engine = open();
        write(engine, batch -> {
            batch.put(key("a"), value("1"));
            batch.put(key("b"), new byte[0]);
        });
        assertThat(engine.getCached(key("a"))).isEqualTo(value("1"));
        byte[] empty = engine.getCached(key("b"));
        assertThat(empty).isEmpty();
        assertThat(Engine.isNotCached(empty)).isFalse();
        assertThat(engine.getCached(key("c"))).isNull();
    }

    @Test
    void keysAreWalkedInTheOrderOfUnsignedBytes() {
        Engine engine = open();
        byte[][] ordered = {{0}, {0, 0}, {1}, {0x7f}, {(byte) 0x80}, {(byte) 0xff}, {(byte) 0xff, 0}, {-1, -1}};
        write(engine, batch -> {
            for (int index = ordered.length - 1; index >= 0; index--) {
                batch.put(ordered[index], value("v"));
            }
        });
        List<byte[]> walked = new ArrayList<>();
        try (Cursor cursor = engine.scan(new byte[0], new byte[] {-1, -1, -1})) {
            while (cursor.next()) {
                walked.add(cursor.key());
            }
        }
        assertThat(walked).containsExactly(ordered);
    }

    @Test
    void aWalkBeginsAtItsStartAndEndsBeforeItsEnd() {
        Engine engine = filled("a", "b", "c", "d");
        assertThat(walk(engine, "b", "d")).containsExactly("b=b", "c=c");
        assertThat(walk(engine, "aa", "cc")).containsExactly("b=b", "c=c");
    }

    @Test
    void aWalkWhoseStartIsNotBelowItsEndHasNoKeys() {
        Engine engine = filled("a", "b", "c");
        assertThat(walk(engine, "b", "b")).isEmpty();
        assertThat(walk(engine, "c", "a")).isEmpty();
        try (Cursor cursor = engine.scan(key("c"), key("a"))) {
            assertThat(cursor.seek(key("c"))).isFalse();
        }
    }

    @Test
    void seekingGoesToTheKeyOrTheNextOneAndNotBeyondTheEnd() {
        Engine engine = filled("a", "c", "e", "g");
        try (Cursor cursor = engine.scan(key("a"), key("g"))) {
            assertThat(cursor.next()).isTrue();
            assertThat(cursor.seek(key("c"))).isTrue();
            assertThat(cursor.key()).isEqualTo(key("c"));
            assertThat(cursor.seek(key("d"))).isTrue();
            assertThat(cursor.key()).isEqualTo(key("e"));
            assertThat(cursor.seek(key("f"))).isFalse();
        }
        try (Cursor cursor = engine.scan(key("a"), key("g"))) {
            assertThat(cursor.seek(key("e"))).isTrue();
            assertThat(cursor.next()).isFalse();
        }
    }

    @Test
    void aCursorAtTheEndStaysThere() {
        Engine engine = filled("a");
        try (Cursor cursor = engine.scan(key("a"), key("b"))) {
            assertThat(cursor.next()).isTrue();
            assertThat(cursor.next()).isFalse();
            assertThat(cursor.next()).isFalse();
            assertThat(cursor.next()).isFalse();
        }
    }

    @Test
    void aWalkSeesWhatWasThereWhenItBegan() {
        Engine engine = filled("a", "b");
        try (Cursor cursor = engine.scan(key("a"), key("z"))) {
            assertThat(cursor.next()).isTrue();
            write(engine, batch -> {
                batch.delete(key("b"));
                batch.put(key("c"), value("c"));
            });
            assertThat(cursor.next()).isTrue();
            assertThat(cursor.key()).isEqualTo(key("b"));
            assertThat(cursor.next()).isFalse();
        }
    }

    @Test
    void aSnapshotDoesNotChange() {
        Engine engine = filled("a", "b");
        try (Engine.Snapshot snapshot = engine.snapshot()) {
            write(engine, batch -> {
                batch.put(key("a"), value("changed"));
                batch.deleteRange(key("b"), key("c"));
                batch.put(key("c"), value("c"));
            });
            assertThat(snapshot.get(key("a"))).isEqualTo(value("a"));
            assertThat(all(snapshot)).containsExactly("a=a", "b=b");
        }
        assertThat(all(engine)).containsExactly("a=changed", "c=c");
    }

    @Test
    void anEmptyBatchChangesNothing() {
        Engine engine = filled("a");
        try (Engine.Batch batch = engine.newBatch()) {
            assertThat(batch.isEmpty()).isTrue();
            engine.write(batch, true);
        }
        engine.sync();
        assertThat(all(engine)).containsExactly("a=a");
    }

    @Test
    void aReaderNeverSeesHalfABatch() throws InterruptedException {
        Engine engine = filled("a", "b");
        AtomicBoolean done = new AtomicBoolean();
        List<String> torn = new ArrayList<>();
        Thread reader = new Thread(() -> {
            while (!done.get()) {
                try (Engine.Snapshot snapshot = engine.snapshot()) {
                    boolean a = snapshot.get(key("a")) == null;
                    boolean b = snapshot.get(key("b")) == null;
                    if (a != b) {
                        torn.add("a " + a + ", b " + b);
                    }
                }
            }
        });
        reader.start();
        for (int round = 0; round < 500; round++) {
            boolean put = round % 2 == 1;
            write(engine, batch -> {
                for (String name : List.of("a", "b")) {
                    if (put) {
                        batch.put(key(name), value(name));
                    } else {
                        batch.delete(key(name));
                    }
                }
            });
        }
        done.set(true);
        reader.join();
        assertThat(torn).isEmpty();
    }

    @Test
    void afterAnyChangesItHoldsWhatASortedMapHolds() {
        Engine engine = open();
        NavigableMap<byte[], byte[]> plain = new TreeMap<>(Arrays::compareUnsigned);
        Seeds.run(50, random -> {
            write(engine, batch -> {
                for (int change = 0; change < 8; change++) {
                    draw(random, batch, plain);
                }
            });
            byte[] from = key(random);
            byte[] to = key(random);
            List<String> expected = Arrays.compareUnsigned(from, to) >= 0
                    ? List.of()
                    : plain.subMap(from, to).entrySet().stream()
                            .map(EngineContract::entry)
                            .toList();
            assertThat(walk(engine, from, to)).isEqualTo(expected);
            byte[] probe = key(random);
            assertThat(engine.get(probe)).isEqualTo(plain.get(probe));
        });
    }

    private static void draw(RandomSource random, Engine.Batch batch, NavigableMap<byte[], byte[]> plain) {
        byte[] key = key(random);
        byte[] end = key(random);
        switch (random.nextInt(4)) {
            case 0 -> {
                batch.delete(key);
                plain.remove(key);
            }
            case 1 -> {
                if (Arrays.compareUnsigned(key, end) < 0 && random.nextInt(3) == 0) {
                    batch.deleteRange(key, end);
                    plain.subMap(key, end).clear();
                }
            }
            default -> {
                batch.put(key, end);
                plain.put(key, end);
            }
        }
    }

    private static byte[] key(RandomSource random) {
        byte[] key = new byte[1 + random.nextInt(3)];
        for (int index = 0; index < key.length; index++) {
            key[index] = (byte) (random.nextInt(4) - 2);
        }
        return key;
    }

    /** Fills a batch. */
    protected interface Changes {
        void addTo(Engine.Batch batch);
    }

    protected static void write(Engine engine, Changes changes) {
        write(engine, false, changes);
    }

    protected static void write(Engine engine, boolean sync, Changes changes) {
        try (Engine.Batch batch = engine.newBatch()) {
            changes.addTo(batch);
            engine.write(batch, sync);
        }
    }

    /** An engine with these keys, each its own value. */
    protected Engine filled(String... names) {
        Engine engine = open();
        write(engine, batch -> {
            for (String name : names) {
                batch.put(key(name), value(name));
            }
        });
        return engine;
    }

    protected static byte[] key(String name) {
        return name.getBytes(StandardCharsets.UTF_8);
    }

    protected static byte[] value(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    protected static List<String> all(View view) {
        return walk(view, new byte[0], new byte[] {-1, -1, -1, -1});
    }

    private static List<String> walk(View view, String from, String to) {
        return walk(view, key(from), key(to));
    }

    private static List<String> walk(View view, byte[] from, byte[] to) {
        List<String> walked = new ArrayList<>();
        try (Cursor cursor = view.scan(from, to)) {
            while (cursor.next()) {
                walked.add(entry(Map.entry(cursor.key(), cursor.value())));
            }
        }
        return walked;
    }

    private static String entry(Map.Entry<byte[], byte[]> entry) {
        return new String(entry.getKey(), StandardCharsets.ISO_8859_1) + "="
                + new String(entry.getValue(), StandardCharsets.ISO_8859_1);
    }
}
