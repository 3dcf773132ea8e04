package io.dotkv.cluster.membership;

import io.dotkv.cluster.Member;

/**
 * The time that a suspect has to refute, at one observer. It begins at the maximum and shrinks towards the minimum with
 * the logarithm of the number of those who confirm it on their own: the first confirmations, which make it much more
 * likely that the fault is the suspect's and not the accuser's, count most. One thread.
 *
 * <p>Source: Lifeguard (see {@link LocalHealth}), section IV.B: {@code max - (max - min) * log(c + 1) / log(k + 1)} for
 * c of k confirmations.
 */
final class Suspicion {
    private final long incarnation;
    private final long minNanos;
    private final long maxNanos;
    private final int expected;
    private long startNanos;
    private int confirmations;
    private long nextProbeNanos;

    /**
     * @param incarnation that of the suspect
     * @param expected the number of confirmations with which the time is down to the minimum; 0: it is from the
     *     beginning
     */
    Suspicion(long incarnation, long minNanos, long maxNanos, int expected, long nowNanos) {
        this.incarnation = incarnation;
        this.minNanos = minNanos;
        this.maxNanos = maxNanos;
        this.expected = expected;
        this.startNanos = nowNanos;
        this.nextProbeNanos = nowNanos;
    }

    boolean isOf(Member suspect) {
        return incarnation == suspect.incarnation();
    }

    /** So many others confirm the first accuser. */
    void confirmedBy(int others) {
        confirmations = Math.max(confirmations, Math.min(others, expected));
    }

    /** The observer was not there for so long. */
    void sleptThrough(long nanos) {
        startNanos += nanos;
    }

    boolean isOver(long nowNanos) {
        return nowNanos - startNanos >= timeoutNanos();
    }

    long timeoutNanos() {
        if (expected == 0) {
            return minNanos;
        }
        double share = Math.log(confirmations + 1.0) / Math.log(expected + 1.0);
        return maxNanos - (long) ((maxNanos - minNanos) * share);
    }

    /** Whether the suspect should be probed now; once every so many nanoseconds. */
    boolean isProbeDue(long nowNanos, long everyNanos) {
        if (nowNanos < nextProbeNanos) {
            return false;
        }
        nextProbeNanos = nowNanos + everyNanos;
        return true;
    }
}
