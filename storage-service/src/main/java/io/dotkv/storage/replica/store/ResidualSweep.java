package io.dotkv.storage.replica.store;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.Key;
import io.dotkv.storage.engine.DamagedDataException;
import io.dotkv.storage.engine.View;
import java.util.List;

/**
 * Finds the rows with a residual context that the clock may have come to cover: a round over all of them, some at a
 * time, whenever the base of the clock has grown. A row that cannot be stripped does not hold up the ones behind it.
 *
 * <p>One thread.
 */
public final class ResidualSweep {
    private final PartitionStore store;
    private DotSet doneUnder = DotSet.EMPTY;
    private DotSet roundUnder = DotSet.EMPTY;
    private Bytes after = Bytes.EMPTY;

    public ResidualSweep(PartitionStore store) {
        this.store = store;
    }

    /** The next rows to look at under this base; none when all have been looked at under it. */
    public List<Key> next(View view, DotSet base, int limit) {
        if (after.isEmpty()) {
            if (base.equals(doneUnder)) {
                return List.of();
            }
            roundUnder = base;
        }
        List<Key> keys;
        try {
            keys = store.residuals(view, after, limit);
        } catch (DamagedDataException e) {
            // The marks cannot be read; the residuals behind them stay, which costs room and no truth.
            keys = List.of();
        }
        if (keys.size() < limit) {
            doneUnder = roundUnder;
            after = Bytes.EMPTY;
        } else {
            after = keys.getLast().bytes();
        }
        return keys;
    }
}
