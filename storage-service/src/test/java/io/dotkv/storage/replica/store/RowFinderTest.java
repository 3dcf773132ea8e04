package io.dotkv.storage.replica.store;

import static org.assertj.core.api.Assertions.assertThat;

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
import io.dotkv.storage.engine.Engine;
import io.dotkv.storage.engine.MemoryEngine;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RowFinderTest {
    private final Engine engine = new MemoryEngine();
    private long counter;

    @Test
    void oneCursorFindsTheRowsOfManyPartitionsInTurn() throws Exception {
        put(1, "a", "c", "e");
        put(2, "b", "d");
        put(300, "a");
        try (RowFinder finder = new RowFinder(engine)) {
            assertThat(walk(finder, 1, "", "")).containsExactly("a", "c", "e");
            assertThat(walk(finder, 300, "", "")).containsExactly("a");
            assertThat(walk(finder, 2, "", "")).containsExactly("b", "d");
            Key first = finder.first(new PartitionId(1), Bytes.EMPTY, Bytes.EMPTY);
            Key other = finder.first(new PartitionId(2), Bytes.EMPTY, Bytes.EMPTY);
            assertThat(valueOf(finder, 1, Key.of("a"))).isEqualTo("a in 1");
            assertThat(valueOf(finder, 2, Key.of("b"))).isEqualTo("b in 2");
            assertThat(first).isEqualTo(Key.of("a"));
            assertThat(other).isEqualTo(Key.of("b"));
            assertThat(finder.after(new PartitionId(1), Key.of("a"), Bytes.EMPTY))
                    .isEqualTo(Key.of("c"));
        }
    }

    @Test
    void itKeepsToThePrefixAndBeginsBehindAKey() throws Exception {
        put(7, "cart:1", "cart:2", "cart:3", "dog");
        put(8, "cart:9");
        try (RowFinder finder = new RowFinder(engine)) {
            assertThat(walk(finder, 7, "cart:1", "cart:")).containsExactly("cart:2", "cart:3");
            assertThat(walk(finder, 7, "", "cat")).isEmpty();
            assertThat(walk(finder, 9, "", "")).isEmpty();
        }
    }

    private static List<String> walk(RowFinder finder, int partition, String after, String prefix) {
        List<String> found = new ArrayList<>();
        PartitionId id = new PartitionId(partition);
        Bytes begin = Bytes.utf8(prefix);
        for (Key key = finder.first(id, Bytes.utf8(after), begin); key != null; key = finder.after(id, key, begin)) {
            found.add(text(key.bytes()));
        }
        return found;
    }

    private static String valueOf(RowFinder finder, int partition, Key key) throws DamagedRowException {
        return text(
                finder.row(new PartitionId(partition), key).leaves().getFirst().payload());
    }

    private static String text(Bytes bytes) {
        return new String(bytes.array(), StandardCharsets.UTF_8);
    }

    private void put(int partition, String... keys) {
        EngineKeys places = new EngineKeys(new PartitionId(partition));
        try (Engine.Batch batch = engine.newBatch()) {
            for (String key : keys) {
                Leaf leaf = new Leaf(
                        new Dot(new Actor(1, 1), ++counter),
                        Bytes.EMPTY,
                        HybridTime.ofMillis(1),
                        Bytes.utf8(key + " in " + partition));
                batch.put(places.row(Key.of(key)), Encoding.encodeRow(new Row(List.of(leaf), DotSet.EMPTY)));
                batch.put(places.log(leaf.dot()), Key.of(key).bytes().array());
            }
            batch.put(places.replica(), new byte[] {1});
            engine.write(batch, true);
        }
    }
}
