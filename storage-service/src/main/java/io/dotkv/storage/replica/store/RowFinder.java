package io.dotkv.storage.replica.store;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.PartitionId;
import io.dotkv.kernel.Row;
import io.dotkv.storage.engine.Cursor;
import io.dotkv.storage.engine.View;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Finds the rows of many partitions in one view. A single cursor goes from partition to partition, so that the blocks
 * that it holds do not grow with the number of partitions: a block is as large as the largest row in it. One thread;
 * close it.
 */
public final class RowFinder implements AutoCloseable {
    private static final byte[] FIRST = new byte[0];
    private static final byte[] BEHIND_ALL = {(byte) 0xff, (byte) 0xff, (byte) 0xff};

    private final Cursor cursor;
    private byte @Nullable [] at;

    public RowFinder(View view) {
        cursor = view.scan(FIRST, BEHIND_ALL);
    }

    /** The first key of a partition behind the given one that begins with the prefix, or null. */
    public @Nullable Key first(PartitionId partition, Bytes after, Bytes prefix) {
        PartitionStore store = new PartitionStore(partition);
        boolean found = cursor.seek(store.rowsStart(after, prefix));
        return keyBelow(found, store.rowsEnd(prefix));
    }

    /** The key that follows in the partition and begins with the prefix, or null. */
    public @Nullable Key after(PartitionId partition, Key key, Bytes prefix) {
        PartitionStore store = new PartitionStore(partition);
        byte[] place = store.keys().row(key);
        boolean found = Arrays.equals(place, at) ? cursor.next() : cursor.seek(store.rowsStart(key.bytes(), prefix));
        return keyBelow(found, store.rowsEnd(prefix));
    }

    /** The row of a key that was found, with its residual context. */
    public Row row(PartitionId partition, Key key) throws DamagedRowException {
        byte[] place = new EngineKeys(partition).row(key);
        if (!Arrays.equals(place, at)) {
            boolean found = cursor.seek(place);
            at = found ? cursor.key() : null;
        }
        return Arrays.equals(place, at) ? PartitionStore.decode(key, cursor.value()) : Row.EMPTY;
    }

    private @Nullable Key keyBelow(boolean found, byte[] end) {
        at = found ? cursor.key() : null;
        return at != null && Arrays.compareUnsigned(at, end) < 0 ? EngineKeys.keyOf(at) : null;
    }

    @Override
    public void close() {
        cursor.close();
    }
}
