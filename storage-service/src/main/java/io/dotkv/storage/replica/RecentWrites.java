package io.dotkv.storage.replica;

import io.dotkv.kernel.Actor;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.Key;

/**
 * What a replica remembers of keys without reading their rows: for which key each of its newest events was, and which
 * rows may have a residual context. By that it can tell, mostly, that a row holds nothing which a change would not
 * replace, and then the row need not be read.
 *
 * <p>The argument: the dot of every live leaf of a key is in the clock. One that the change covers is replaced by it.
 * One that the change does not cover is among those of the clock that are not in the change's context; if each of these
 * is remembered and was for another key, there is none. Keys are compared by a hash, so that two keys may be taken for
 * one, which only costs a read; one key is never taken for two.
 *
 * <p>Source: the idea is that of read-free updates in node-wide clocks (Gonçalves et al., 2017), made safe by counting.
 * One thread.
 */
final class RecentWrites {
    private static final int EVENTS = 64;
    private static final int MARKS = 64;

    private final long[] actors = new long[EVENTS];
    private final long[] counters = new long[EVENTS];
    private final int[] hashes = new int[EVENTS];
    private int next;
    private int size;

    /** How many rows with a residual there are, for each value of some bits of the key's hash. */
    private final int[] residuals = new int[MARKS];

    /** How many rows with a residual there are in all. */
    private int allResiduals;

    /** An event has entered the clock. */
    void event(Dot dot, Key key) {
        actors[next] = (long) dot.actor().node() << Integer.SIZE | dot.actor().boot();
        counters[next] = dot.counter();
        hashes[next] = hash(key);
        next = (next + 1) % EVENTS;
        size = Math.min(size + 1, EVENTS);
    }

    /** The row of a key has got a residual context. */
    void residualCame(Key key) {
        residuals[mark(key)]++;
        allResiduals++;
    }

    /** The row of a key has none any more. */
    void residualWent(Key key) {
        residuals[mark(key)]--;
        allResiduals--;
    }

    /** Whether no row has a residual context. */
    boolean areNoResiduals() {
        return allResiduals == 0;
    }

    /** Whether the row of the key surely has no residual context, and no live leaf that this context does not cover. */
    boolean isAllCovered(Key key, DotSet clock, DotSet context) {
        if (residuals[mark(key)] > 0) {
            return false;
        }
        DotSet notCovered = clock.minus(context);
        long uncovered = notCovered.size();
        if (uncovered > size || notCovered.hasFloors()) {
            return false;
        }
        int hash = hash(key);
        for (int event = 0; event < size && uncovered > 0; event++) {
            if (!context.contains(dotOf(event))) {
                if (hashes[event] == hash) {
                    return false;
                }
                uncovered--;
            }
        }
        return uncovered == 0;
    }

    private Dot dotOf(int event) {
        return new Dot(new Actor((int) (actors[event] >>> Integer.SIZE), (int) actors[event]), counters[event]);
    }

    private static int hash(Key key) {
        return key.bytes().hashCode();
    }

    private static int mark(Key key) {
        return hash(key) & (MARKS - 1);
    }
}
