package io.dotkv.storage.replica;

import io.dotkv.kernel.Dot;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.Row;
import io.dotkv.storage.engine.Engine;
import io.dotkv.storage.engine.EngineException;
import io.dotkv.storage.replica.store.DamagedRowException;
import io.dotkv.storage.replica.store.PartitionStore;
import org.jspecify.annotations.Nullable;

/**
 * What readers see of a replica, and how they pair a row with the clock that belongs to it without waiting for the
 * writer.
 *
 * <p>The writer shows a new {@link Replica.Reading} before each batch, with the rows that the batch is about to change,
 * and another after it. A reader takes the reading, then the row; if the reading is still the same, no batch lies
 * between the two. Of a row that the batch overwrites unread the old state is in the engine until the batch is; the
 * engine shows a batch only when it is as durable as it will be, so that whoever meets the new state has not long to
 * wait.
 *
 * <p>{@link #show} by the shard; everything else from any thread.
 */
final class ReadView {
    private final Engine engine;
    private final PartitionStore store;
    private volatile Replica.Reading reading;
    private volatile boolean failed;

    ReadView(Engine engine, PartitionStore store, Replica.Reading first) {
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

    /** The batch that was shown last has failed, and no other follows. */
    void fail() {
        failed = true;
    }

    /**
     * The row as it is exported now.
     *
     * @param cachedOnly whether to answer null rather than read the disk
     * @throws EngineException when the row is of a batch that has failed: the clock that belongs to it will never be
     *     shown
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
                Row coming = now.overwriting().get(key);
                if (coming != null && mayBe(row, coming)) {
                    if (failed) {
                        throw new EngineException(
                                "the batch that changes the row failed; what is on disk is known after the next "
                                        + "start");
                    }
                    // The batch is written, and its clock will be shown in an instant.
                    if (cachedOnly) {
                        return null;
                    }
                    continue;
                }
            }
            return row.fill(now.clock());
        }
    }

    /** Whether the row that was found may be the one that is coming, all of whose leaves are new with the batch. */
    private static boolean mayBe(Row found, Row coming) {
        if (found.leaves().isEmpty() || coming.leaves().isEmpty()) {
            return found.leaves().isEmpty() && coming.leaves().isEmpty();
        }
        Dot first = coming.leaves().getFirst().dot();
        return found.leaves().stream().anyMatch(leaf -> leaf.dot().equals(first));
    }

    @SuppressWarnings("ReferenceEquality")
    private boolean isOutdated(Replica.Reading earlier) {
        return reading != earlier;
    }
}
