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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that owns the replicas of some partitions. It takes what waits in its bounded queue, computes it against the
 * engine, writes it as one atomic batch with one sync, and then answers: a single writer and a group commit.
 *
 * <p>Now and then it does upkeep: it strips residual contexts, a few rows at a time so that no write waits long.
 *
 * <p>Every task that was taken ends, whatever happens: also when the engine fails, or the shard has a defect, which counts
 * as a failure of the engine because what is staged may then be half of a change.
 */
public final class Shard {
    private static final Logger LOG = LoggerFactory.getLogger(Shard.class);
    private static final int BATCH_TASKS = 512;
    private static final int STRIP_ROWS = 100;
    private static final long UPKEEP_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long MORE_UPKEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long STOP_MILLIS = TimeUnit.SECONDS.toMillis(30);

    private final Engine engine;
    private final ShardSettings settings;
    private final EngineFuse fuse;
    private final BlockingQueue<Task> queue;
    private final AtomicLong queuedBytes = new AtomicLong();
    private final Thread thread;
    private volatile List<Replica> replicas = List.of();
    private int upkeepFrom;
    private volatile boolean stopping;
    private volatile boolean finished;

    public Shard(String name, Engine engine, ShardSettings settings, EngineFuse fuse) {
        this.engine = engine;
        this.settings = settings;
        this.fuse = fuse;
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

    /** Queues a task; false when the queue is full, the shard is stopping, or the engine has failed. */
    public boolean submit(Task task) {
        if (stopping || fuse.failure() != null || !reserve(task.sizeBytes())) {
            return false;
        }
        if (!queue.offer(task)) {
            queuedBytes.addAndGet(-task.sizeBytes());
            return false;
        }
        if (finished) {
            abandonQueue();
        }
        return true;
    }

    /** Makes room for so many bytes. A task that is larger than the bound is let in when nothing else waits. */
    private boolean reserve(long bytes) {
        long waiting = queuedBytes.getAndAdd(bytes);
        if (waiting > 0 && waiting + bytes > settings.queueBytes()) {
            queuedBytes.addAndGet(-bytes);
            return false;
        }
        return true;
    }

    /** Finishes what is queued, writes checkpoints, and ends the thread; whether all that was done. */
    public boolean stop() {
        stopping = true;
        queue.offer(new Wake());
        try {
            thread.join(STOP_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return finished && fuse.failure() == null;
    }

    private void run() {
        try {
            work();
        } catch (RuntimeException | Error e) {
            fuse.blow(defect(e));
        } finally {
            finished = true;
            abandonQueue();
        }
    }

    private void work() {
        List<Task> tasks = new ArrayList<>(BATCH_TASKS);
        long upkeepAt = System.nanoTime() + UPKEEP_NANOS;
        while (fuse.failure() == null && !(stopping && queue.isEmpty())) {
            take(tasks, upkeepAt - System.nanoTime());
            if (!tasks.isEmpty()) {
                process(tasks);
                tasks.clear();
            }
            if (System.nanoTime() - upkeepAt >= 0) {
                boolean more = upkeep(replicas);
                upkeepAt = System.nanoTime() + (more ? MORE_UPKEEP_NANOS : UPKEEP_NANOS);
            }
        }
        if (fuse.failure() == null) {
            replicas.forEach(Replica::checkpoint);
            upkeep(replicas);
        }
    }

    private void abandonQueue() {
        List<Task> tasks = new ArrayList<>();
        queue.drainTo(tasks);
        tasks.forEach(task -> end(task::stopped));
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
        List<Task> begun = new ArrayList<>(tasks.size());
        Set<Replica> changed = new LinkedHashSet<>();
        int next = 0;
        try {
            while (next < tasks.size()) {
                Task task = tasks.get(next++);
                begun.add(task);
                Replica replica = task.stage();
                if (replica == null) {
                    begun.removeLast();
                } else {
                    changed.add(replica);
                }
            }
            begun.forEach(Task::staged);
            write(changed);
        } catch (RuntimeException | Error e) {
            EngineException failure = e instanceof EngineException engineFailed ? engineFailed : defect(e);
            fuse.blow(failure);
            begun.forEach(task -> end(() -> task.failed(String.valueOf(failure.getMessage()))));
            tasks.subList(next, tasks.size()).forEach(task -> end(task::stopped));
            return;
        }
        begun.forEach(task -> end(task::durable));
    }

    private static EngineException defect(Throwable e) {
        return new EngineException("a defect in the storage: " + e, e);
    }

    /** Tells a task its end; one that cannot take it does not keep the others from theirs. */
    private static void end(Runnable ending) {
        try {
            ending.run();
        } catch (RuntimeException e) {
            LOG.error("An answer could not be delivered.", e);
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

    /** Looks at some rows; whether there may be more. */
    private boolean upkeep(List<Replica> owned) {
        int left = STRIP_ROWS;
        try {
            for (int turn = 0; turn < owned.size() && left > 0; turn++) {
                left -= owned.get(Math.floorMod(upkeepFrom + turn, owned.size()))
                        .strip(left);
            }
            upkeepFrom++;
            write(owned);
        } catch (EngineException e) {
            fuse.blow(e);
        }
        return left <= 0;
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
}
