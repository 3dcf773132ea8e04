package io.dotkv.storage.local;

import io.dotkv.kernel.HybridClock;
import io.dotkv.kernel.HybridTime;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.ports.Clock;
import io.dotkv.storage.replica.KeyLimits;

/** What the tasks of one shard share: its hybrid clock and its limits. The shard's thread only. */
final class ShardState {
    private final Clock clock;
    private final HybridClock hybrid;
    private final KeyLimits keyLimits;

    ShardState(Clock clock, StorageSettings settings) {
        this.clock = clock;
        this.hybrid = new HybridClock(settings.maxAheadMillis());
        this.keyLimits = settings.keyLimits();
    }

    HybridTime nextTime() {
        return hybrid.next(clock.wallMillis());
    }

    void observe(Leaf leaf) {
        hybrid.observe(leaf.time(), clock.wallMillis());
    }

    boolean isExpired(long deadlineNanos) {
        return clock.monotonicNanos() - deadlineNanos > 0;
    }

    KeyLimits keyLimits() {
        return keyLimits;
    }
}
