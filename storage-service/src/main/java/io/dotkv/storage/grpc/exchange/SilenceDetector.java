package io.dotkv.storage.grpc.exchange;

import java.util.concurrent.TimeUnit;

/**
 * For how long the peer of a stream has shown no sign of life although it was asked for some. A peer that never echoed
 * a probe is of a version that does not know them, and is not judged.
 *
 * <p>What this process missed while it did not run itself is no silence of the peer's: after a gap between two looks
 * the silence begins anew.
 *
 * <p>One thread at a time.
 */
public final class SilenceDetector {
    /** How often a sign of life is asked for. */
    static final long PROBE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    /** After so long the connection is doubted, and a second one is opened beside it. */
    static final long DOUBT_NANOS = TimeUnit.MILLISECONDS.toNanos(600);

    /** After so long the peer counts as unreachable. */
    static final long LOST_NANOS = TimeUnit.SECONDS.toNanos(4);

    private static final long GAP_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

    private long lookedNanos;
    private long silentSinceNanos;

    /** What to think of the stream. */
    public enum Verdict {
        /** It works, as far as is known. */
        ALIVE,
        /** Its connection may be dead. */
        DOUBTFUL,
        /** Its peer does not answer. */
        LOST
    }

    /** Nothing was heard before. */
    SilenceDetector(long nowNanos) {
        lookedNanos = nowNanos;
        silentSinceNanos = nowNanos;
    }

    /**
     * Looks at it; to be called several times within {@link #DOUBT_NANOS}.
     *
     * @param heardNanos when the peer sent the last message
     * @param echoes whether it has ever answered a probe
     */
    Verdict look(long heardNanos, boolean echoes, long nowNanos) {
        if (nowNanos - lookedNanos > GAP_NANOS) {
            silentSinceNanos = nowNanos;
        }
        lookedNanos = nowNanos;
        if (heardNanos - silentSinceNanos > 0) {
            silentSinceNanos = heardNanos;
        }
        long silent = nowNanos - silentSinceNanos;
        if (!echoes || silent < DOUBT_NANOS) {
            return Verdict.ALIVE;
        }
        return silent < LOST_NANOS ? Verdict.DOUBTFUL : Verdict.LOST;
    }
}
