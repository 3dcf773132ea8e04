package io.dotkv.storage.replica.store;

import io.dotkv.kernel.Key;
import io.dotkv.kernel.Row;
import io.dotkv.storage.engine.Cursor;

/** A walk over the stored rows of one partition in byte order of the key. One thread at a time. */
public final class RowCursor implements AutoCloseable {
    private final Cursor cursor;
    private long rowBytes;

    RowCursor(Cursor cursor) {
        this.cursor = cursor;
    }

    /** Moves on; false when there are no more rows. */
    public boolean next() {
        return cursor.next();
    }

    public Key key() {
        return EngineKeys.keyOf(cursor.key());
    }

    /** The row with its residual context. */
    public Row row() throws DamagedRowException {
        byte[] encoded = cursor.value();
        rowBytes = encoded.length;
        return PartitionStore.decode(key(), encoded);
    }

    /** How many bytes the row that was asked for last is stored in, also when it is damaged. */
    long rowBytes() {
        return rowBytes;
    }

    @Override
    public void close() {
        cursor.close();
    }
}
