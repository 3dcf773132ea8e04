package io.dotkv.storage;

import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.PartitionId;
import io.dotkv.kernel.Row;
import java.util.List;
import java.util.Map;

/**
 * A page of a scan.
 *
 * @param rows in byte order of the key, each row as its replica exports it; a row without leaves tells of deletions
 * @param last whether there are no further keys
 * @param covered for each partition that was scanned, the context of every key that is not among its rows: absent is
 *     not unknown
 */
public record RowPage(List<KeyedRow> rows, boolean last, Map<PartitionId, DotSet> covered) {
    public RowPage {
        rows = List.copyOf(rows);
    }

    /** About how much memory it holds. */
    public long sizeBytes() {
        long bytes = 0;
        for (KeyedRow row : rows) {
            bytes += row.sizeBytes();
        }
        return bytes;
    }

    /** A row with its key. */
    public record KeyedRow(Key key, Row row) {
        /** About how much memory it holds. */
        public long sizeBytes() {
            return key.bytes().length() + row.weightBytes();
        }
    }
}
