package io.dotkv.replication.world;

import io.dotkv.kernel.Delta;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** A replica of one partition by the book: rows, clock and log, and the one join. Keeps its whole log. */
final class ReplicaState {
    private final TreeMap<Key, Row> rows = new TreeMap<>();
    private final TreeMap<Dot, Key> log = new TreeMap<>();
    private DotSet clock = DotSet.EMPTY;

    ReplicaState copy() {
        ReplicaState copy = new ReplicaState();
        copy.rows.putAll(rows);
        copy.log.putAll(log);
        copy.clock = clock;
        return copy;
    }

    /** Joins a delta in, and says how many of its events were new. */
    int apply(Delta delta) {
        Row row = stored(delta.key());
        Row joined = row.join(delta.leaves(), delta.context(), row.context().union(clock));
        int news = 0;
        for (Dot event : delta.events()) {
            if (!clock.contains(event)) {
                clock = clock.with(event);
                log.put(event, delta.key());
                news++;
            }
        }
        Row stripped = joined.strip(clock);
        if (stripped.isEmpty()) {
            rows.remove(delta.key());
        } else {
            rows.put(delta.key(), stripped);
        }
        return news;
    }

    Row stored(Key key) {
        return rows.getOrDefault(key, Row.EMPTY);
    }

    Row exported(Key key) {
        return stored(key).fill(clock);
    }

    SortedMap<Key, Row> rows() {
        return rows;
    }

    DotSet clock() {
        return clock;
    }

    /** What a replica with that clock misses: each row whole, with its missing events. */
    List<Delta> missing(DotSet theirs) {
        Map<Key, List<Dot>> events = new TreeMap<>();
        log.forEach((dot, key) -> {
            if (!theirs.contains(dot)) {
                events.computeIfAbsent(key, first -> new ArrayList<>()).add(dot);
            }
        });
        List<Delta> missing = new ArrayList<>();
        events.forEach((key, dots) -> {
            Row row = exported(key);
            DotSet context = row.context().union(DotSet.of(dots));
            missing.add(new Delta(key, row.leaves(), context, dots));
        });
        return missing;
    }
}
