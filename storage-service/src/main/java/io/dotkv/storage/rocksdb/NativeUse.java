package io.dotkv.storage.rocksdb;

import io.dotkv.storage.engine.EngineException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts who uses native memory, so that it is freed only after the last of them has left: a call into a closed
 * database would not throw, it would end the process.
 *
 * <p>Invariant: the count is negative from the moment the end is asked for. Any thread.
 */
final class NativeUse {
    private static final long ENDING = Long.MIN_VALUE;

    private final AtomicLong users = new AtomicLong();
    private final CountDownLatch left = new CountDownLatch(1);

    /** Begins a use; {@link #leave} ends it. */
    void enter() {
        if (users.getAndIncrement() < 0) {
            leave();
            throw new EngineException("the engine is closed");
        }
    }

    void leave() {
        if (users.decrementAndGet() == ENDING) {
            left.countDown();
        }
    }

    boolean isEnding() {
        return users.get() < 0;
    }

    /** Lets nobody in any more; whether all who were in have left within the time. Asking again changes nothing. */
    boolean end(long waitMillis) {
        long before = users.getAndUpdate(count -> count < 0 ? count : count + ENDING);
        if (before == 0 || before == ENDING) {
            return true;
        }
        try {
            return left.await(waitMillis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
