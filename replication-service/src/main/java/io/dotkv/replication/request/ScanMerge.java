package io.dotkv.replication.request;

import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.Row;
import io.dotkv.storage.Partitioning;
import io.dotkv.storage.RowPage;
import io.dotkv.storage.RowPage.KeyedRow;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Joins pages of several storages, key by key. A storage that has no row of a key says something about it all the same:
 * that every event it covers, as far as the key is concerned, is overwritten or deleted. So absent is joined as an
 * empty row under what the storage covers, and never skipped.
 *
 * <p>What it shows is complete up to the horizon: the smallest last key of a page that was not the last one of its
 * storage. Beyond it, a storage might have rows that it has not shown yet.
 *
 * <p>One thread at a time.
 */
final class ScanMerge {
    private final Partitioning partitioning;
    private final List<Shown> pages = new ArrayList<>();
    private final TreeSet<Key> keys = new TreeSet<>();
    private @Nullable Key horizon;

    private record Shown(Map<Key, Row> rows, RowPage page) {}

    ScanMerge(Partitioning partitioning) {
        this.partitioning = partitioning;
    }

    /** Takes a page that has rows or is the last. */
    void add(RowPage page) {
        Map<Key, Row> rows = HashMap.newHashMap(page.rows().size());
        for (KeyedRow keyed : page.rows()) {
            rows.put(keyed.key(), keyed.row());
            keys.add(keyed.key());
        }
        pages.add(new Shown(rows, page));
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

    /** The keys up to the horizon, in byte order. */
    NavigableSet<Key> keys() {
        return Collections.unmodifiableNavigableSet(horizon == null ? keys : keys.headSet(horizon, true));
    }

    /** What the storages that were asked for the key's partition know of it together. */
    Row row(Key key) {
        Row joined = Row.EMPTY;
        for (Shown shown : pages) {
            Row row = shown.rows.get(key);
            if (row == null) {
                DotSet covered = shown.page.covered().get(partitioning.partitionOf(key));
                row = covered == null ? Row.EMPTY : new Row(List.of(), covered);
            }
            joined = joined.join(row);
        }
        return joined;
    }
}
