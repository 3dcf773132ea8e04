package io.dotkv.storage.shard;

import io.dotkv.storage.engine.Engine;

/**
 * Says when writes are to be shed because the engine does not take any: when it has been seen stalled for a while. A
 * short stall is what queues are for; in a long one they would fill with requests that end at their deadlines, however
 * much is shed then.
 *
 * <p>One thread looks; any thread asks.
 */
public final class WriteStallMonitor {
    /** How often somebody is to look. */
    public static final long LOOK_NANOS = 250_000_000L;

    private static final long PATIENCE_NANOS = 500_000_000L;
    private static final long NOT_STALLED = Long.MIN_VALUE;

    private final Engine engine;
    private long sinceNanos = NOT_STALLED;
    private volatile boolean sheds;

    /** Watches an engine. */
    public WriteStallMonitor(Engine engine) {
        this.engine = engine;
    }

    /** Looks at the engine. */
    public void look(long nowNanos) {
        boolean stalled = engine.isStalled();
        if (!stalled || sinceNanos == NOT_STALLED) {
            sinceNanos = stalled ? nowNanos : NOT_STALLED;
        }
        sheds = stalled && nowNanos - sinceNanos >= PATIENCE_NANOS;
    }

    /** Whether a write that comes now is to be shed. */
    public boolean sheds() {
        return sheds;
    }
}
