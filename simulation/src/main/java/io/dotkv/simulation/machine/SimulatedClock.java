package io.dotkv.simulation.machine;

import io.dotkv.kernel.ports.Clock;
import io.dotkv.kernel.ports.Scheduler;
import io.dotkv.kernel.simulated.SimulatedTime;

/**
 * The clock of one machine: its monotonic time has an origin of its own and runs too fast or too slow, its wall time
 * does so too and jumps besides. One thread.
 */
public final class SimulatedClock implements Clock {
    private static final long MILLION = 1_000_000;

    private final SimulatedTime time;
    private final long originNanos;
    private final int driftPpm;
    private long wallOffsetMillis;

    /** @param driftPpm by how many millionths it runs too fast */
    public SimulatedClock(SimulatedTime time, long originNanos, int driftPpm) {
        this.time = time;
        this.originNanos = originNanos;
        this.driftPpm = driftPpm;
    }

    @Override
    public long monotonicNanos() {
        long nanos = time.monotonicNanos();
        return originNanos + nanos + nanos / MILLION * driftPpm;
    }

    @Override
    public long wallMillis() {
        return time.wallMillis() + time.monotonicNanos() / MILLION * driftPpm / MILLION + wallOffsetMillis;
    }

    /** The wall time is set, forward or back. */
    public void jump(long millis) {
        wallOffsetMillis += millis;
    }

    /** A scheduler whose delays are measured by this clock. */
    public Scheduler measuring(Scheduler process) {
        return new Scheduler() {
            @Override
            public void execute(Runnable task) {
                process.execute(task);
            }

            @Override
            public Cancellable schedule(Runnable task, long delayNanos) {
                return process.schedule(task, delayNanos - delayNanos / MILLION * driftPpm);
            }
        };
    }
}
