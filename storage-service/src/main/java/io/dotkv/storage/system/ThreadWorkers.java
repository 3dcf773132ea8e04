package io.dotkv.storage.system;

import io.dotkv.kernel.ports.Scheduler;
import io.dotkv.kernel.system.ThreadScheduler;
import io.dotkv.storage.local.Workers;
import io.dotkv.storage.shard.ShardDriver;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Workers that are daemon threads: {@code dotkv-shard-N} for each shard, a few {@code dotkv-reader}, and {@code
 * dotkv-syncer} as the timer, which begins when it is first needed.
 */
public final class ThreadWorkers implements Workers {
    private static final Logger LOG = LoggerFactory.getLogger(ThreadWorkers.class);
    private static final int WAITING = 4096;

    private final ThreadScheduler timer = new ThreadScheduler(
            "dotkv-syncer", (thread, failure) -> LOG.error("unexpected error in the storage", failure));

    @Override
    public ShardDriver shardDriver(String name) {
        return new ThreadDriver(name);
    }

    @Override
    public Pool readers(int count) {
        return new ThreadPool(count);
    }

    @Override
    public Scheduler timer() {
        return timer;
    }

    @Override
    public void close() {
        timer.close();
    }

    private static final class ThreadPool implements Pool {
        private final ThreadPoolExecutor threads;

        ThreadPool(int count) {
            threads = new ThreadPoolExecutor(
                    count, count, 1, TimeUnit.MINUTES, new ArrayBlockingQueue<>(WAITING), ThreadPool::daemon);
        }

        private static Thread daemon(Runnable work) {
            return Thread.ofPlatform().daemon().name("dotkv-reader").unstarted(work);
        }

        @Override
        public void execute(Runnable work) {
            threads.execute(work);
        }

        @Override
        public boolean isStopped() {
            return threads.isShutdown();
        }

        @Override
        public boolean stop() {
            threads.shutdown();
            try {
                if (threads.awaitTermination(10, TimeUnit.SECONDS)) {
                    return true;
                }
                LOG.warn("Reads are still running ten seconds after the stop.");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return false;
        }
    }
}
