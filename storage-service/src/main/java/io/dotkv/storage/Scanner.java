package io.dotkv.storage;

import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.PartitionId;
import io.dotkv.kernel.Row;
import io.dotkv.storage.replica.DamagedRowException;
import io.dotkv.storage.replica.RowCursor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Merges the rows of many partitions into one page in byte order of the key, from snapshots. A page ends at its number of
 * rows or at {@link #PAGE_BYTES}, whichever comes first. One thread; close it.
 */
final class Scanner implements AutoCloseable {
    /** A page ends when it has reached so many bytes. */
    static final int PAGE_BYTES = 2 << 20;

    private final PriorityQueue<Source> sources = new PriorityQueue<>(Comparator.comparing(Source::key));
    private final List<Source> opened = new ArrayList<>();

    /** One partition's rows, at one of them. */
    private static final class Source {
        private final RowCursor cursor;
        private final DotSet clock;
        private @Nullable Key key;

        Source(RowCursor cursor, DotSet clock) {
            this.cursor = cursor;
            this.clock = clock;
        }

        boolean next() {
            boolean found = cursor.next();
            key = found ? cursor.key() : null;
            return found;
        }

        Key key() {
            return Objects.requireNonNull(key, "a source is asked for its key only when it is at one");
        }
    }

    /** The first rows behind the given key whose keys begin with the prefix. Called once. */
    Page page(List<SnapshotTask.Frozen> snapshots, Requests.Scan request) throws DamagedRowException {
        Map<PartitionId, DotSet> covered = new TreeMap<>();
        for (SnapshotTask.Frozen frozen : snapshots) {
            frozen.readings().forEach((replica, reading) -> {
                covered.put(replica.partition(), reading.clock().base());
                RowCursor cursor = replica.rows(frozen.snapshot(), request.after(), request.prefix());
                Source source = new Source(cursor, reading.clock());
                opened.add(source);
                advance(source);
            });
        }
        List<Page.KeyedRow> rows = new ArrayList<>();
        long bytes = 0;
        while (!sources.isEmpty() && rows.size() < request.limit() && bytes < PAGE_BYTES) {
            Source source = sources.remove();
            Row row = source.cursor.row().fill(source.clock);
            rows.add(new Page.KeyedRow(source.key(), row));
            bytes += sizeOf(source.key(), row);
            advance(source);
        }
        return new Page(rows, sources.isEmpty(), covered);
    }

    private void advance(Source source) {
        if (source.next()) {
            sources.add(source);
        }
    }

    private static long sizeOf(Key key, Row row) {
        long size = 100L + key.bytes().length();
        for (Leaf leaf : row.leaves()) {
            size += leaf.path().length() + leaf.payload().length() + 50L;
        }
        return size;
    }

    @Override
    public void close() {
        opened.forEach(source -> source.cursor.close());
    }
}
