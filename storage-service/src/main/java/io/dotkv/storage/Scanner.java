package io.dotkv.storage;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.PartitionId;
import io.dotkv.kernel.Row;
import io.dotkv.storage.replica.DamagedRowException;
import io.dotkv.storage.replica.Replica;
import io.dotkv.storage.replica.RowCursor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;

/**
 * Merges the rows of many partitions into one page in byte order of the key, from snapshots. A page ends at its number of
 * rows or at {@link #PAGE_BYTES}, whichever comes first. One thread; close it.
 */
final class Scanner implements AutoCloseable {
    /** A page ends when it has reached so many bytes. */
    static final int PAGE_BYTES = 2 << 20;

    private final PriorityQueue<Source> sources =
            new PriorityQueue<>((left, right) -> left.cursor.key().compareTo(right.cursor.key()));
    private final List<Source> opened = new ArrayList<>();
    private final Map<PartitionId, DotSet> covered = new TreeMap<>();

    /** One partition's rows. */
    private record Source(RowCursor cursor, Replica.Reading reading) {}

    Scanner(List<SnapshotTask.Frozen> snapshots, Bytes after, Bytes prefix) {
        for (SnapshotTask.Frozen frozen : snapshots) {
            frozen.readings().forEach((replica, reading) -> {
                Source source = new Source(replica.rows(frozen.snapshot(), after, prefix), reading);
                opened.add(source);
                covered.put(replica.partition(), reading.clock().base());
                if (source.cursor.next()) {
                    sources.add(source);
                }
            });
        }
    }

    Page page(int limit) throws DamagedRowException {
        List<Page.KeyedRow> rows = new ArrayList<>();
        long bytes = 0;
        while (!sources.isEmpty() && rows.size() < limit && bytes < PAGE_BYTES) {
            Source source = sources.remove();
            Row row = source.cursor.row().fill(source.reading.clock());
            rows.add(new Page.KeyedRow(source.cursor.key(), row));
            bytes += sizeOf(row);
            if (source.cursor.next()) {
                sources.add(source);
            }
        }
        return new Page(rows, sources.isEmpty(), covered);
    }

    private static long sizeOf(Row row) {
        long size = 100;
        for (Leaf leaf : row.leaves()) {
            size += leaf.payload().length() + 50L;
        }
        return size;
    }

    @Override
    public void close() {
        opened.forEach(source -> source.cursor.close());
    }
}
