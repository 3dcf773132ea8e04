package io.dotkv.storage.replica;

import io.dotkv.kernel.Key;
import io.dotkv.kernel.Row;
import io.dotkv.storage.engine.Engine;
import org.jspecify.annotations.Nullable;

/**
 * What readers see of a replica, and how they pair a row with the clock that belongs to it without waiting for the writer.
 *
 * <p>The writer shows a new {@link Replica.Reading} before each batch, with the rows that the batch is about to change, and another
 * after it. A reader takes the reading, then the row; if the reading is still the same, no batch lies between the two.
 *
 * <p>{@link #show} by the shard; everything else from any thread.
 */
final class ReadSide {
    private final Engine engine;
    private final PartitionStore store;
    private volatile Replica.Reading reading;

    ReadSide(Engine engine, PartitionStore store, Replica.Reading first) {
        this.engine = engine;
        this.store = store;
        this.reading = first;
    }

    Replica.Reading now() {
        return reading;
    }

    void show(Replica.Reading next) {
        reading = next;
    }

    /**
     * The row as it is exported now.
     *
     * @param cachedOnly whether to answer null rather than read the disk
     */
    @Nullable
    Row read(Key key, boolean cachedOnly) throws DamagedRowException {
        while (true) {
            Replica.Reading now = reading;
            Row row = now.rows().get(key);
            if (row == null) {
                row = cachedOnly ? store.cachedRow(engine, key) : store.row(engine, key);
                if (row == null) {
                    return null;
                }
                if (isOutdated(now)) {
                    // A batch came in between: the row may be newer than the clock.
                    continue;
                }
            }
            return row.fill(now.clock());
        }
    }

    @SuppressWarnings("ReferenceEquality")
    private boolean isOutdated(Replica.Reading earlier) {
        return reading != earlier;
    }
}
