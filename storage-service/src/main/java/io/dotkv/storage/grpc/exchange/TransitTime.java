package io.dotkv.storage.grpc.exchange;

import java.util.concurrent.TimeUnit;

/**
 * How much later than others a message of a stream came in. The sender stamps each with its own clock, whose difference
 * to the receiver's is not known, but constant: so the message with the smallest difference was the fastest, and every
 * other was late by what its difference is larger. A message that lay in a socket while the receiver was stopped or the
 * network was cut is found out by that.
 *
 * <p>Clocks run apart by up to 200 millionths, so the smallest difference grows by as much.
 *
 * <p>One thread at a time.
 */
final class TransitTime {
    /** Of so many nanoseconds one is drift. */
    private static final long DRIFT_FRACTION = 5_000;

    private boolean known;
    private long leastNanos;
    private long asOfNanos;

    /** By how much the message was late; 0 for the first, and for one without a stamp. */
    long lateNanos(long sentMicros, long nowNanos) {
        if (sentMicros <= 0) {
            return 0;
        }
        long difference = nowNanos - TimeUnit.MICROSECONDS.toNanos(sentMicros);
        long least = known ? leastNanos + (nowNanos - asOfNanos) / DRIFT_FRACTION : difference;
        known = true;
        asOfNanos = nowNanos;
        leastNanos = Math.min(least, difference);
        return difference - leastNanos;
    }
}
