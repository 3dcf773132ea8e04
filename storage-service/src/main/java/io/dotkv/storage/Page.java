package io.dotkv.storage;

import io.dotkv.kernel.Key;
import io.dotkv.kernel.Row;
import java.util.List;

/**
 * A page of a scan.
 *
 * @param rows in byte order of the key; each row as its replica exports it
 * @param last whether there are no further keys
 */
public record Page(List<KeyedRow> rows, boolean last) {
    public Page {
        rows = List.copyOf(rows);
    }

    /** A row with its key. */
    public record KeyedRow(Key key, Row row) {}
}
