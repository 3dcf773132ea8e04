package io.dotkv.wire;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Serializes one piece of work that any thread may ask for: it runs on the executor, never twice at a time, and once
 * more after each time it was asked for while it ran. Asking costs one atomic increment unless the work is idle.
 */
public final class SerialTask implements Runnable {
    private final Executor executor;
    private final Runnable work;
    /**
     * How often the work was asked for and has not been answered by a run; above 0 exactly while a run is due or under
     * way.
     */
    private final AtomicInteger asked = new AtomicInteger();

    /** The work must not throw. */
    public SerialTask(Executor executor, Runnable work) {
        this.executor = executor;
        this.work = work;
    }

    public void wake() {
        if (asked.getAndIncrement() != 0) {
            return;
        }
        try {
            executor.execute(this);
        } catch (RejectedExecutionException stopping) {
            // The process is going down: nothing will be sent, but whoever waits is answered.
            run();
        }
    }

    @Override
    public void run() {
        int seen = asked.get();
        do {
            work.run();
            seen = asked.addAndGet(-seen);
        } while (seen != 0);
    }
}
