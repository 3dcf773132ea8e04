package io.dotkv.launcher.pause;

import java.util.concurrent.TimeUnit;

/**
 * Counts how often this process did not run for a while: it was stopped, its machine slept, or it got no processor. A
 * heartbeat comes every {@link #BEAT_NANOS}; who sees that the last one is {@link #GAP_NANOS} old has found an absence.
 * So it is found by whoever comes first, the heartbeat or a call that was read from a socket.
 *
 * <p>Any thread.
 */
public final class ProcessPauses {
    static final long BEAT_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    static final long GAP_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

    /** For so long a connection is accepted that others began during the absence. */
    private static final long BACKLOG_NANOS = TimeUnit.SECONDS.toNanos(5);

    private long beatNanos;
    private long endedNanos;
    private long lastedNanos;
    private long count;

    /** No absence so far. */
    public ProcessPauses(long nowNanos) {
        beatNanos = nowNanos;
    }

    /** The heartbeat. */
    synchronized void beat(long nowNanos) {
        look(nowNanos);
        beatNanos = Math.max(beatNanos, nowNanos);
    }

    /** How many absences there were. */
    synchronized long look(long nowNanos) {
        long gap = nowNanos - beatNanos;
        if (gap > GAP_NANOS) {
            count++;
            lastedNanos = gap;
            endedNanos = nowNanos;
            beatNanos = nowNanos;
        }
        return count;
    }

    /**
     * How many absences a connection that is accepted now need not think of: it may have been begun during the last
     * one.
     */
    synchronized long forgottenBy(long nowNanos) {
        long seen = look(nowNanos);
        return seen > 0 && nowNanos - endedNanos < BACKLOG_NANOS ? seen - 1 : seen;
    }

    /** How old what lay in a socket may be. */
    synchronized long ageNanos(long nowNanos) {
        return count == 0 ? 0 : lastedNanos + (nowNanos - endedNanos);
    }
}
