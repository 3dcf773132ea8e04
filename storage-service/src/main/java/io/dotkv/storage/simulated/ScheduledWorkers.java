package io.dotkv.storage.simulated;

import io.dotkv.kernel.ports.Scheduler;
import io.dotkv.storage.local.Workers;
import io.dotkv.storage.shard.ScheduledDriver;
import io.dotkv.storage.shard.ShardDriver;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.RejectedExecutionException;

/**
 * Workers without threads: all work of the storage is done on one scheduler, and takes the time that it is told. For
 * whole clusters on virtual time. The storage is then called on that scheduler only.
 */
public final class ScheduledWorkers implements Workers {
    private static final int WAITING = 4096;

    private final Scheduler scheduler;
    private final Pace pace;
    private boolean closed;

    /** How long the disk takes, asked anew each time. */
    public interface Pace {
        /** Until a batch that was computed is durable. */
        long writeNanos();

        /** Until something was read that is not in memory. */
        long readNanos();

        /** Always the same. */
        static Pace of(long writeNanos, long readNanos) {
            return new Pace() {
                @Override
                public long writeNanos() {
                    return writeNanos;
                }

                @Override
                public long readNanos() {
                    return readNanos;
                }
            };
        }
    }

    public ScheduledWorkers(Scheduler scheduler, Pace pace) {
        this.scheduler = scheduler;
        this.pace = pace;
    }

    @Override
    public ShardDriver shardDriver(String name) {
        return new ScheduledDriver(scheduler, pace::writeNanos);
    }

    @Override
    public Pool readers(int count) {
        return new ScheduledPool();
    }

    @Override
    public Scheduler timer() {
        return new Scheduler() {
            @Override
            public void execute(Runnable task) {
                scheduler.execute(() -> runUnlessClosed(task));
            }

            @Override
            public Cancellable schedule(Runnable task, long delayNanos) {
                return scheduler.schedule(() -> runUnlessClosed(task), delayNanos);
            }
        };
    }

    private void runUnlessClosed(Runnable task) {
        if (!closed) {
            task.run();
        }
    }

    @Override
    public void close() {
        closed = true;
    }

    private final class ScheduledPool implements Pool {
        private final Deque<Runnable> waiting = new ArrayDeque<>();
        private boolean stopped;

        @Override
        public void execute(Runnable work) {
            if (stopped || waiting.size() >= WAITING) {
                throw new RejectedExecutionException("the queue is full, or the worker has stopped");
            }
            waiting.add(work);
            scheduler.schedule(this::runNext, pace.readNanos());
        }

        private void runNext() {
            Runnable next = waiting.poll();
            if (next != null) {
                next.run();
            }
        }

        @Override
        public boolean isStopped() {
            return stopped;
        }

        @Override
        public boolean stop() {
            stopped = true;
            while (!waiting.isEmpty()) {
                runNext();
            }
            return true;
        }
    }
}
