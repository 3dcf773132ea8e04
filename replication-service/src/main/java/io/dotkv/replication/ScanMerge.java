package io.dotkv.replication;

import io.dotkv.kernel.Key;
import io.dotkv.kernel.Row;
import io.dotkv.storage.Page;
import io.dotkv.storage.Page.KeyedRow;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Joins pages of several storages. What it shows is complete up to the horizon: the smallest last key of a page that was not
 * the last one of its storage. Beyond it, a storage might have rows that it has not shown yet.
 *
 * <p>One thread at a time.
 */
final class ScanMerge {
    private final TreeMap<Key, Merged> merged = new TreeMap<>();
    private @Nullable Key horizon;

    /** A joined row, and how many storages showed the key. */
    record Merged(Row row, int shownBy) {
        Merged with(Row other) {
            return new Merged(row.join(other), shownBy + 1);
        }
    }

    void add(Page page) {
        for (KeyedRow keyed : page.rows()) {
            Merged known = merged.get(keyed.key());
            merged.put(keyed.key(), known == null ? new Merged(keyed.row(), 1) : known.with(keyed.row()));
        }
        if (!page.last()) {
            Key end = page.rows().getLast().key();
            horizon = horizon == null || end.compareTo(horizon) < 0 ? end : horizon;
        }
    }

    /** The last key up to which nothing is missing; null when nothing is missing at all. */
    @Nullable
    Key horizon() {
        return horizon;
    }

    /** The joined rows up to the horizon, in byte order of the key. */
    SortedMap<Key, Merged> rows() {
        return horizon == null ? merged : merged.headMap(horizon, true);
    }
}
