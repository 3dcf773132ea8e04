package io.dotkv.storage.replica;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts what happened with siblings at one replica since it was opened. How many keys have siblings at present is not
 * counted: rows are overwritten without being read, and nobody may walk over all of them to find out.
 *
 * <p>Any thread.
 */
public final class SiblingCount {
    private final LongAdder conflicts = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final AtomicInteger most = new AtomicInteger();

    /** A row had so many values and has so many now. */
    void changed(int before, int after) {
        if (after > 1) {
            if (before < 2) {
                conflicts.increment();
            }
            if (after > most.get()) {
                most.accumulateAndGet(after, Math::max);
            }
        }
    }

    /** A put was refused since the key has as many values as it may have. */
    public void refuse() {
        refused.increment();
    }

    /** How often a key that had one value at most got siblings. */
    public long conflicts() {
        return conflicts.sum();
    }

    /** How many puts were refused. */
    public long refused() {
        return refused.sum();
    }

    /** The most values that a key was seen to have after a change; 0 when none ever had more than one. */
    public int most() {
        return most.get();
    }
}
