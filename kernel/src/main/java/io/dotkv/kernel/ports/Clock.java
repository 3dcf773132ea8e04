package io.dotkv.kernel.ports;

/**
 * The two kinds of time. They are different on purpose: monotonic time measures how long something took and never
 * jumps; wall time names an instant to people and other nodes, and may jump or be wrong.
 *
 * <p>Core code takes time as an argument wherever it can; only shells hold a clock.
 */
public interface Clock {
    /** Nanoseconds from an arbitrary origin; never goes back within one process. */
    long monotonicNanos();

    /** Milliseconds since 1970 by this machine's idea of the time. */
    long wallMillis();
}
