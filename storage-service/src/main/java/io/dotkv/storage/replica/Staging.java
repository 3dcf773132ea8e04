package io.dotkv.storage.replica;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.Row;
import io.dotkv.kernel.encoding.Encoding;
import io.dotkv.storage.WriteId;
import io.dotkv.storage.engine.Engine;
import io.dotkv.storage.replica.store.EngineKeys;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the next batch of a replica will write: rows as they were and as they will be, and new events. One thread. */
final class Staging {
    private final RecentWrites memory;
    private final SiblingCount siblings;
    private final Map<Key, Change> changes = new LinkedHashMap<>();
    private final List<Event> events = new ArrayList<>();
    private final List<Event> named = new ArrayList<>();
    private long newBytes;

    /** An event, the key it was for, and the name by which it was asked for. */
    private record Event(Dot dot, Key key, @Nullable WriteId name) {}

    /**
     * A row in the engine, null when it was not read, whether it is marked for its residual context, and what it will
     * be.
     */
    private record Change(@Nullable Row before, boolean wasMarked, Row after) {}

    /**
     * @param memory is told which rows will have a residual context
     * @param siblings is told of rows with several values
     */
    Staging(RecentWrites memory, SiblingCount siblings) {
        this.memory = memory;
        this.siblings = siblings;
    }

    boolean isEmpty() {
        return changes.isEmpty() && events.isEmpty() && named.isEmpty();
    }

    /** The row that a key will have, or null when it is not changed. */
    @Nullable
    Row row(Key key) {
        Change change = changes.get(key);
        return change == null ? null : change.after;
    }

    boolean changes(Key key) {
        return changes.containsKey(key);
    }

    /** The keys whose rows change. */
    Set<Key> keys() {
        return changes.keySet();
    }

    int eventCount() {
        return events.size();
    }

    void event(Dot dot, Key key, @Nullable WriteId name) {
        events.add(new Event(dot, key, name));
    }

    /** The name of an event that has a record without one. */
    void name(Dot dot, Key key, WriteId name) {
        named.add(new Event(dot, key, name));
    }

    /** Changes a row that is at present so, in the engine or here. */
    void change(Key key, Row present, Row after) {
        Change earlier = changes.get(key);
        if (earlier != null || !after.equals(present)) {
            boolean hadResidual = !present.context().isEmpty();
            put(
                    key,
                    earlier != null
                            ? new Change(earlier.before, earlier.wasMarked, after)
                            : new Change(present, hadResidual, after),
                    hadResidual,
                    valuesOf(present));
        }
    }

    /** Replaces a row that is not changed yet, was not read, and has no residual context. */
    void overwrite(Key key, Row after) {
        put(key, new Change(null, false, after), false, 0);
    }

    /** Replaces a row that is not changed yet and cannot be read, but may be marked for a residual context. */
    void replaceDamaged(Key key, boolean isMarked, Row after) {
        put(key, new Change(null, isMarked, after), isMarked, 0);
    }

    private void put(Key key, Change change, boolean had, int valuesBefore) {
        changes.put(key, change);
        newBytes += Leaf.sizeBytes(change.after.leaves())
                + (change.before == null ? 0 : Leaf.sizeBytes(change.before.leaves()));
        siblings.changed(valuesBefore, valuesOf(change.after));
        boolean has = !change.after.context().isEmpty();
        if (has && !had) {
            memory.residualCame(key);
        } else if (had && !has) {
            memory.residualWent(key);
        }
    }

    /** The bytes of the rows that were staged since this was last asked, as they were and as they will be. */
    long takeNewBytes() {
        long bytes = newBytes;
        newBytes = 0;
        return bytes;
    }

    /** How many plain values a row shows, equal ones counted once, or 1 for a single leaf of whatever kind. */
    private static int valuesOf(Row row) {
        if (row.leaves().size() < 2) {
            return row.leaves().size();
        }
        Set<Bytes> values = new HashSet<>();
        for (Leaf leaf : row.leaves()) {
            if (leaf.path().isEmpty()) {
                values.add(leaf.payload());
            }
        }
        return values.size();
    }

    /** The rows that change and were read, as the engine has them now. */
    Map<Key, Row> rowsBefore() {
        Map<Key, Row> rows = HashMap.newHashMap(changes.size());
        changes.forEach((key, change) -> {
            if (change.before != null) {
                rows.put(key, change.before);
            }
        });
        return rows;
    }

    /** The rows that are overwritten unread, as they will be. */
    Map<Key, Row> overwriting() {
        Map<Key, Row> rows = HashMap.newHashMap(changes.size());
        changes.forEach((key, change) -> {
            if (change.before == null) {
                rows.put(key, change.after);
            }
        });
        return rows;
    }

    void addTo(Engine.Batch batch, EngineKeys keys) {
        changes.forEach((key, change) -> addRow(batch, keys, key, change));
        events.forEach(event -> addRecord(batch, keys, event));
        for (Event event : named) {
            batch.delete(keys.log(event.dot));
            addRecord(batch, keys, event);
        }
    }

    private static void addRecord(Engine.Batch batch, EngineKeys keys, Event event) {
        byte[] key = event.key.bytes().array();
        if (event.name == null) {
            batch.put(keys.log(event.dot), key);
        } else {
            byte[] withName = Arrays.copyOf(event.name.encode(), WriteId.BYTES + key.length);
            System.arraycopy(key, 0, withName, WriteId.BYTES, key.length);
            batch.put(keys.namedLog(event.dot), withName);
        }
    }

    private static void addRow(Engine.Batch batch, EngineKeys keys, Key key, Change change) {
        Row before = change.before;
        Row after = change.after;
        if (!after.isEmpty()) {
            batch.put(keys.row(key), Encoding.encodeRow(after));
        } else if (before == null || !before.isEmpty()) {
            batch.delete(keys.row(key));
        }
        if (!after.context().isEmpty() && !change.wasMarked) {
            batch.put(keys.residual(key), new byte[0]);
        } else if (after.context().isEmpty() && change.wasMarked) {
            batch.delete(keys.residual(key));
        }
    }

    void clear() {
        changes.clear();
        events.clear();
        named.clear();
    }
}
