package io.dotkv.storage.local;

import io.dotkv.kernel.ports.Scheduler;
import io.dotkv.storage.shard.ShardDriver;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Who does the work of one storage. A port: {@link io.dotkv.storage.system.ThreadWorkers} are threads, {@link
 * io.dotkv.storage.simulated.ScheduledWorkers} share one scheduler. The storage that got them closes them.
 */
public interface Workers extends AutoCloseable {
    /** Somebody to run a shard. The name is for people. */
    ShardDriver shardDriver(String name);

    /** Those that read, so many of them at once. */
    Pool readers(int count);

    /** Runs what is due at a time: syncs, and the ends of waits. */
    Scheduler timer();

    /** Nothing of the timer runs any more. */
    @Override
    void close();

    /** Runs what may read the disk. Its queue is bounded. */
    interface Pool extends Executor {
        /** @throws RejectedExecutionException when too much waits, or after the stop */
        @Override
        void execute(Runnable work);

        boolean isStopped();

        /** Takes no more work and waits for what it has; whether that has ended. */
        boolean stop();
    }
}
