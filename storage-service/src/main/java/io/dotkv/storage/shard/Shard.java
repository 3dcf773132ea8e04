package io.dotkv.storage.shard;

import io.dotkv.storage.engine.Engine;
import io.dotkv.storage.engine.EngineException;
import io.dotkv.storage.replica.Replica;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that owns the replicas of some partitions. It takes what waits in its bounded queue, computes it against the
 * engine, writes it as one atomic batch with one sync, and then answers: a single writer and a group commit.
 *
 * <p>When nothing waits it does upkeep about once a second: it strips residual contexts and writes checkpoints.
 *
 * <p>An engine that fails once is not used again: what it has on the disk is known only after it was opened anew.
 */
public final class Shard {
    private static final Logger LOG = LoggerFactory.getLogger(Shard.class);
    private static final int BATCH_TASKS = 512;
    private static final int STRIP_ROWS = 1000;
    private static final long UPKEEP_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Engine engine;
    private final ShardSettings settings;
    private final Consumer<EngineException> fatal;
    private final BlockingQueue<Task> queue;
    private final AtomicLong queuedBytes = new AtomicLong();
    private final Thread thread;
    private volatile Collection<Replica> replicas = List.of();
    private volatile boolean stopping;
    private volatile boolean finished;
    private volatile @Nullable String failure;

    /** @param fatal is told once when the engine has failed */
    public Shard(String name, Engine engine, ShardSettings settings, Consumer<EngineException> fatal) {
        this.engine = engine;
        this.settings = settings;
        this.fatal = fatal;
        this.queue = new ArrayBlockingQueue<>(settings.queueTasks());
        this.thread = new Thread(this::run, name);
        thread.setDaemon(true);
    }

    public void start() {
        thread.start();
    }

    /** Replaces the replicas that get upkeep. */
    public void own(Collection<Replica> owned) {
        replicas = List.copyOf(owned);
    }

    /** Why the engine is out of use, or null while it works. */
    public @Nullable String failure() {
        return failure;
    }

    /** Queues a task; false when the queue is full, or the shard has stopped or failed. */
    public boolean submit(Task task) {
        long size = task.sizeBytes();
        if (stopping || failure != null || queuedBytes.addAndGet(size) > settings.queueBytes()) {
            queuedBytes.addAndGet(-size);
            return false;
        }
        if (!queue.offer(task)) {
            queuedBytes.addAndGet(-size);
            return false;
        }
        if (finished) {
            abandonQueue();
        }
        return true;
    }

    /** Finishes what is queued, writes checkpoints, and ends the thread. */
    public void stop() {
        stopping = true;
        queue.offer(new Wake());
        try {
            thread.join(TimeUnit.SECONDS.toMillis(30));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        List<Task> tasks = new ArrayList<>(BATCH_TASKS);
        long upkeepAt = System.nanoTime() + UPKEEP_NANOS;
        while (failure == null && !(stopping && queue.isEmpty())) {
            take(tasks, upkeepAt - System.nanoTime());
            if (!tasks.isEmpty()) {
                process(tasks);
                tasks.clear();
            }
            if (System.nanoTime() - upkeepAt >= 0) {
                upkeep(false);
                upkeepAt = System.nanoTime() + UPKEEP_NANOS;
            }
        }
        if (failure == null) {
            upkeep(true);
        }
        finished = true;
        abandonQueue();
    }

    private void abandonQueue() {
        List<Task> tasks = new ArrayList<>();
        queue.drainTo(tasks);
        tasks.forEach(Task::stopped);
    }

    private void take(List<Task> tasks, long waitNanos) {
        try {
            Task first = stopping ? queue.poll() : queue.poll(Math.max(0, waitNanos), TimeUnit.NANOSECONDS);
            if (first != null) {
                tasks.add(first);
                queue.drainTo(tasks, BATCH_TASKS - 1);
                long size = 0;
                for (Task task : tasks) {
                    size += task.sizeBytes();
                }
                queuedBytes.addAndGet(-size);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts a shard", e);
        }
    }

    private void process(List<Task> tasks) {
        List<Task> staged = new ArrayList<>(tasks.size());
        Set<Replica> changed = new LinkedHashSet<>();
        int taken = 0;
        try {
            for (Task task : tasks) {
                taken++;
                Replica replica = task.stage();
                if (replica != null) {
                    staged.add(task);
                    changed.add(replica);
                }
            }
            for (Task task : staged) {
                task.staged();
            }
            write(changed);
        } catch (EngineException e) {
            failAll(e, staged, tasks.subList(taken, tasks.size()));
            return;
        } catch (RuntimeException e) {
            // A defect: what is staged may be half of a change, and must not reach the disk.
            failAll(
                    new EngineException("a defect in the storage: " + e, e),
                    staged,
                    tasks.subList(taken, tasks.size()));
            return;
        }
        for (Task task : staged) {
            end(task);
        }
    }

    private void failAll(EngineException e, List<Task> staged, List<Task> waiting) {
        fail(e);
        staged.forEach(task -> task.failed(String.valueOf(e.getMessage())));
        waiting.forEach(Task::stopped);
    }

    private static void end(Task task) {
        try {
            task.durable();
        } catch (RuntimeException e) {
            LOG.error("an answer could not be delivered", e);
        }
    }

    private void write(Collection<Replica> changed) {
        try (Engine.Batch batch = engine.newBatch()) {
            List<Replica> flushed = new ArrayList<>(changed.size());
            for (Replica replica : changed) {
                if (replica.flush(batch)) {
                    flushed.add(replica);
                }
            }
            if (!flushed.isEmpty()) {
                engine.write(batch, settings.sync());
                flushed.forEach(Replica::written);
            }
        }
    }

    private void upkeep(boolean last) {
        try {
            for (Replica replica : replicas) {
                replica.strip(STRIP_ROWS);
                if (last) {
                    replica.checkpoint();
                }
            }
            write(replicas);
        } catch (EngineException e) {
            fail(e);
        }
    }

    /** Wakes the thread up. */
    private static final class Wake implements Task {
        @Override
        public long sizeBytes() {
            return 0;
        }

        @Override
        public @Nullable Replica stage() {
            return null;
        }

        @Override
        public void durable() {}

        @Override
        public void failed(String reason) {}

        @Override
        public void stopped() {}
    }

    private void fail(EngineException e) {
        failure = String.valueOf(e.getMessage());
        LOG.error("storage has failed and takes no more requests: {}", e.getMessage(), e);
        fatal.accept(e);
    }
}
