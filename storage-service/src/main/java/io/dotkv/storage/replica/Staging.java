package io.dotkv.storage.replica;

import io.dotkv.kernel.Dot;
import io.dotkv.kernel.Encoding;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.Row;
import io.dotkv.storage.engine.Engine;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the next batch of a replica will write: rows as they were and as they will be, and new events. One thread. */
final class Staging {
    private final Map<Key, Change> changes = new LinkedHashMap<>();
    private final List<Event> events = new ArrayList<>();

    /** An event and the key it was for. */
    private record Event(Dot dot, Key key) {}

    /** A row in the engine, and what it will be. */
    private record Change(Row before, Row after) {}

    boolean isEmpty() {
        return changes.isEmpty() && events.isEmpty();
    }

    /** The row that a key will have, or null when it is not changed. */
    @Nullable
    Row row(Key key) {
        Change change = changes.get(key);
        return change == null ? null : change.after;
    }

    /** The keys whose rows change. */
    Set<Key> keys() {
        return changes.keySet();
    }

    int eventCount() {
        return events.size();
    }

    void event(Dot dot, Key key) {
        events.add(new Event(dot, key));
    }

    /** Changes a row that is at present so, in the engine or here. */
    void change(Key key, Row present, Row after) {
        Change earlier = changes.get(key);
        if (earlier != null || !after.equals(present)) {
            changes.put(key, new Change(earlier != null ? earlier.before : present, after));
        }
    }

    /** The rows that change, as the engine has them now. */
    Map<Key, Row> rowsBefore() {
        Map<Key, Row> rows = HashMap.newHashMap(changes.size());
        changes.forEach((key, change) -> rows.put(key, change.before));
        return rows;
    }

    void addTo(Engine.Batch batch, EngineKeys keys) {
        changes.forEach((key, change) -> addRow(batch, keys, key, change));
        for (Event event : events) {
            batch.put(keys.log(event.dot), event.key.bytes().array());
        }
    }

    private static void addRow(Engine.Batch batch, EngineKeys keys, Key key, Change change) {
        Row before = change.before;
        Row after = change.after;
        if (!after.isEmpty()) {
            batch.put(keys.row(key), Encoding.encodeRow(after));
        } else if (!before.isEmpty()) {
            batch.delete(keys.row(key));
        }
        if (!after.context().isEmpty() && before.context().isEmpty()) {
            batch.put(keys.residual(key), new byte[0]);
        } else if (after.context().isEmpty() && !before.context().isEmpty()) {
            batch.delete(keys.residual(key));
        }
    }

    void clear() {
        changes.clear();
        events.clear();
    }
}
