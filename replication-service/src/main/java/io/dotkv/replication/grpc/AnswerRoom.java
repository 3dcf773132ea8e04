package io.dotkv.replication.grpc;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The room for answers that wait until their clients take them, of all pipelines together: large values that nobody
 * takes must not fill the memory. Small answers always fit, and those of writes are small: what was done is always
 * told. Any thread.
 */
final class AnswerRoom {
    private static final int SMALL_BYTES = 16 << 10;

    private final long maxBytes;
    private final AtomicLong bytes = new AtomicLong();

    AnswerRoom(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Takes room for an answer; false when others wait and there is none for one of this size. */
    boolean take(long answerBytes) {
        long waiting = bytes.getAndAdd(answerBytes);
        if (waiting > 0 && waiting + answerBytes > maxBytes && answerBytes > SMALL_BYTES) {
            give(answerBytes);
            return false;
        }
        return true;
    }

    /** Gives back the room of an answer that has gone out. */
    void give(long answerBytes) {
        bytes.addAndGet(-answerBytes);
    }
}
