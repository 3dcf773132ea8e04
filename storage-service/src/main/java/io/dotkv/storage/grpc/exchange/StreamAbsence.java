package io.dotkv.storage.grpc.exchange;

import java.util.concurrent.TimeUnit;

/**
 * When the operator is told that there is no stream to a peer: at once when one has broken, and of the first, which
 * takes a moment to be opened, only when it takes long. Once for each absence. Not thread-safe.
 */
final class StreamAbsence {
    /** More than a first connection takes between nodes that have just found each other. */
    static final long FIRST_STREAM_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final long beganNanos;
    private boolean hasStood;
    private boolean told;

    /** There has been no stream yet. */
    StreamAbsence(long nowNanos) {
        this.beganNanos = nowNanos;
    }

    /** There is no stream now; whether that is to be told. */
    boolean isToBeTold(long nowNanos) {
        boolean due = !told && (hasStood || nowNanos - beganNanos >= FIRST_STREAM_NANOS);
        told |= due;
        return due;
    }

    /** A stream stands. */
    void over() {
        hasStood = true;
        told = false;
    }
}
