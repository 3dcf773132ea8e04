package io.dotkv.kernel;

/**
 * Gives out hybrid times, each later than all it gave and saw before. A time from a peer that lies further ahead of
 * this machine's clock than the bound does not move it: one wrong clock must not drag the others along.
 *
 * <p>One thread at a time.
 */
public final class HybridClock {
    private final long maxAheadMillis;
    private HybridTime last = HybridTime.ZERO;

    /** A clock that follows peers that are ahead by no more than so many milliseconds. */
    public HybridClock(long maxAheadMillis) {
        this.maxAheadMillis = maxAheadMillis;
    }

    /** A time later than every one before, given this machine's wall clock. */
    public HybridTime next(long wallMillis) {
        // A machine that believes to live before 1970 would wrap around into the far future.
        HybridTime now = HybridTime.ofMillis(Math.max(0, wallMillis));
        last = now.compareTo(last) > 0 ? now : last.next();
        return last;
    }

    /** Takes note of a time that another node gave out. */
    public void observe(HybridTime seen, long wallMillis) {
        if (seen.compareTo(last) > 0 && seen.millis() - wallMillis <= maxAheadMillis) {
            last = seen;
        }
    }
}
