package io.dotkv.kernel.system;

import io.dotkv.kernel.ports.Clock;

/** The time of this machine. Any thread. */
public final class SystemClock implements Clock {
    @Override
    public long monotonicNanos() {
        return System.nanoTime();
    }

    @Override
    public long wallMillis() {
        return System.currentTimeMillis();
    }
}
