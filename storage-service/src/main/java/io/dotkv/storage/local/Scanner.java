package io.dotkv.storage.local;

import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.PartitionId;
import io.dotkv.kernel.Row;
import io.dotkv.storage.Requests;
import io.dotkv.storage.RowPage;
import io.dotkv.storage.replica.store.DamagedRowException;
import io.dotkv.storage.replica.store.RowFinder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Merges the rows of many partitions into one page in byte order of the key, from snapshots. A page ends at its number
 * of rows, and before the row by which it would have more than {@link #PAGE_BYTES}, unless that is its first. One
 * thread; close it.
 *
 * <p>Of each partition it knows the next key and no more. A row is looked up again when its turn comes: that costs a
 * seek for each row, and holds one cursor for each snapshot instead of one for each partition.
 */
final class Scanner implements AutoCloseable {
    /** A page has no more bytes than this, but for its first row: two values of the usual largest size. */
    static final int PAGE_BYTES = (2 << 20) + (64 << 10);

    private final PriorityQueue<Source> sources = new PriorityQueue<>(Comparator.comparing(Source::key));
    private final List<RowFinder> opened = new ArrayList<>();

    /** One partition's rows, at one of them. */
    private record Source(RowFinder finder, PartitionId partition, DotSet clock, Key key) {}

    /** The first rows behind the given key whose keys begin with the prefix. Called once. */
    RowPage page(List<SnapshotTask.Frozen> snapshots, Requests.Scan request) throws DamagedRowException {
        Map<PartitionId, DotSet> covered = new TreeMap<>();
        for (SnapshotTask.Frozen frozen : snapshots) {
            RowFinder finder = new RowFinder(frozen.snapshot());
            opened.add(finder);
            frozen.readings().forEach((replica, reading) -> {
                PartitionId partition = replica.partition();
                covered.put(partition, reading.clock().base());
                Key first = finder.first(partition, request.after(), request.prefix());
                add(finder, partition, reading.clock(), first);
            });
        }
        List<RowPage.KeyedRow> rows = new ArrayList<>();
        long bytes = 0;
        while (!sources.isEmpty() && rows.size() < request.limit()) {
            Source source = sources.peek();
            Row row = source.finder.row(source.partition, source.key).fill(source.clock);
            RowPage.KeyedRow keyed = new RowPage.KeyedRow(source.key, row);
            bytes += keyed.sizeBytes();
            if (bytes > PAGE_BYTES && !rows.isEmpty()) {
                break;
            }
            rows.add(keyed);
            advance(sources.remove(), request);
        }
        return new RowPage(rows, sources.isEmpty(), covered);
    }

    private void advance(Source source, Requests.Scan request) {
        Key next = source.finder.after(source.partition, source.key, request.prefix());
        add(source.finder, source.partition, source.clock, next);
    }

    private void add(RowFinder finder, PartitionId partition, DotSet clock, @Nullable Key key) {
        if (key != null) {
            sources.add(new Source(finder, partition, clock, key));
        }
    }

    @Override
    public void close() {
        opened.forEach(RowFinder::close);
    }
}
