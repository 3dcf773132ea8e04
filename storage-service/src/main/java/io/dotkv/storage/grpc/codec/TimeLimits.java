package io.dotkv.storage.grpc.codec;

import io.grpc.Context;
import io.grpc.Deadline;
import java.util.concurrent.TimeUnit;

/**
 * How time travels: as what is left of it when a request is sent, since the clocks of two processes have nothing to do
 * with each other. The receiver makes a deadline of its own monotonic clock from it.
 *
 * @param defaultNanos what a request has that names nothing
 * @param maxNanos what a request has at most
 */
public record TimeLimits(long defaultNanos, long maxNanos) {
    /** What is left until the deadline, in microseconds as it travels: at least 1, since 0 stands for the default. */
    public static long microsLeft(long deadlineNanos, long nowNanos) {
        return Math.max(1, (deadlineNanos - nowNanos) / 1000);
    }

    /** The deadline of a request that came in now with so many microseconds left. */
    public long deadline(long timeoutMicros, long nowNanos) {
        if (timeoutMicros == 0) {
            return nowNanos + defaultNanos;
        }
        boolean overMax = timeoutMicros < 0 || timeoutMicros > maxNanos / 1000;
        return nowNanos + (overMax ? maxNanos : timeoutMicros * 1000);
    }

    /** The deadline of a unary call that came in now: its own or that of the rpc, whichever is sooner. */
    public long unaryDeadline(long timeoutMicros, long nowNanos) {
        long own = deadline(timeoutMicros, nowNanos);
        Deadline rpc = Context.current().getDeadline();
        if (rpc == null) {
            return own;
        }
        long ofRpc = nowNanos + Math.min(maxNanos, rpc.timeRemaining(TimeUnit.NANOSECONDS));
        return timeoutMicros == 0 || ofRpc - own < 0 ? ofRpc : own;
    }
}
