package io.dotkv.storage.replica;

import io.dotkv.kernel.Key;
import io.dotkv.kernel.Row;
import io.dotkv.storage.engine.Cursor;

/** A walk over the stored rows of one partition in byte order of the key. One thread at a time. */
public final class RowCursor implements AutoCloseable {
    private final Cursor cursor;

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
        return PartitionStore.decode(key(), cursor.value());
    }

    @Override
    public void close() {
        cursor.close();
    }
}
