package io.dotkv.kernel.system;

import io.dotkv.kernel.ports.Scheduler;
import java.lang.Thread.UncaughtExceptionHandler;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A {@link Scheduler} on one daemon thread of its own. A task that throws is reported to the handler and does not stop
 * the ones after it. Any thread may submit. The queue has no bound of its own: whoever submits on behalf of others
 * bounds how much of theirs may wait.
 */
public final class ThreadScheduler implements Scheduler, AutoCloseable {
    private final ScheduledThreadPoolExecutor executor;
    private final UncaughtExceptionHandler uncaught;

    /**
     * @param name the thread's name
     * @param uncaught told of everything that a task throws; runs on the scheduler's thread
     */
    public ThreadScheduler(String name, UncaughtExceptionHandler uncaught) {
        this.uncaught = uncaught;
        this.executor = new ScheduledThreadPoolExecutor(
                1,
                task -> Thread.ofPlatform().daemon().name(name).unstarted(task),
                new ThreadPoolExecutor.DiscardPolicy());
        executor.setRemoveOnCancelPolicy(true);
    }

    @Override
    public void execute(Runnable task) {
        executor.execute(() -> run(task));
    }

    @Override
    public Cancellable schedule(Runnable task, long delayNanos) {
        Future<?> future = executor.schedule(() -> run(task), delayNanos, TimeUnit.NANOSECONDS);
        return () -> future.cancel(false);
    }

    private void run(Runnable task) {
        try {
            task.run();
        } catch (Throwable failure) {
            uncaught.uncaughtException(Thread.currentThread(), failure);
        }
    }

    /** Drops what has not started, interrupts what runs. Tasks submitted afterwards never run. */
    @Override
    public void close() {
        var dropped = executor.shutdownNow();
        dropped.clear();
    }
}
