package io.dotkv.storage.shard;

import io.dotkv.kernel.ports.Clock;
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
 * The single writer of the replicas of some partitions. It takes what waits in its bounded queue, computes it against
 * the engine, writes it as one atomic batch with one sync, and then answers: a group commit.
 *
 * <p>Now and then it does upkeep: it strips residual contexts, a few rows at a time so that no write waits long.
 *
 * <p>Every task that was taken ends, whatever happens: also when the engine fails, or the shard has a defect, which
 * counts as a failure of the engine because what is staged may then be half of a change.
 *
 * <p>{@link #submit} and {@link #own} from any thread. The steps are the driver's, one at a time: {@link #compute}, and
 * when that says so {@link #commit}; between two such rounds {@link #upkeepIfDue}; {@link #finish} when it
 * {@link #isOver}.
 */
public final class Shard {
    private static final Logger LOG = LoggerFactory.getLogger(Shard.class);
    private static final int BATCH_TASKS = 512;
    /** A small change of a large row holds the whole row; a batch ends when its rows have so many bytes. */
    static final long BATCH_BYTES = 8 << 20;

    private static final int STRIP_ROWS = 100;
    private static final long UPKEEP_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long MORE_UPKEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final Engine engine;
    private final ShardSettings settings;
    private final EngineHealth engineHealth;
    private final Clock clock;
    private final ShardDriver driver;
    private final BlockingQueue<Task> queue;
    private final AtomicLong queuedBytes = new AtomicLong();
    /** Taken from the queue and not begun: what one batch leaves is for the next. */
    private final List<Task> taken = new ArrayList<>(BATCH_TASKS);

    private final List<Task> begun = new ArrayList<>(BATCH_TASKS);
    private final Set<Replica> changed = new LinkedHashSet<>();
    private volatile List<Replica> replicas = List.of();
    private long upkeepAtNanos;
    private int upkeepFrom;
    private volatile boolean stopping;
    private volatile boolean finished;

    public Shard(Engine engine, ShardSettings settings, EngineHealth engineHealth, Clock clock, ShardDriver driver) {
        this.engine = engine;
        this.settings = settings;
        this.engineHealth = engineHealth;
        this.clock = clock;
        this.driver = driver;
        this.queue = new ArrayBlockingQueue<>(settings.queueTasks());
        this.upkeepAtNanos = clock.monotonicNanos() + UPKEEP_NANOS;
    }

    public void start() {
        driver.start(this);
    }

    /** Replaces the replicas that get upkeep. */
    public void own(Collection<Replica> owned) {
        replicas = List.copyOf(owned);
    }

    /** Queues a task; false when the queue is full, the shard is stopping, or the engine has failed. */
    public boolean submit(Task task) {
        if (stopping || engineHealth.failure() != null || !reserve(task.sizeBytes())) {
            return false;
        }
        if (!queue.offer(task)) {
            queuedBytes.addAndGet(-task.sizeBytes());
            return false;
        }
        if (finished) {
            abandonQueue();
        }
        driver.wake();
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

    /** Finishes what is queued, writes checkpoints, and ends; whether all that was done. */
    public boolean stop() {
        stopping = true;
        queue.offer(new Wake());
        driver.stop();
        return finished && engineHealth.failure() == null;
    }

    /** Whether no round is to follow: the shard is stopping and nothing waits, or the engine has failed. */
    public boolean isOver() {
        return engineHealth.failure() != null || (stopping && !hasWork());
    }

    /** Whether a task waits. */
    public boolean hasWork() {
        return !taken.isEmpty() || !queue.isEmpty();
    }

    /**
     * Takes what waits and computes it.
     *
     * @param waitNanos when nothing waits, for how long to wait for a task; never while stopping
     * @return whether something was staged, which is then to be committed
     */
    public boolean compute(long waitNanos) {
        take(waitNanos);
        int next = 0;
        try {
            long staged = 0;
            while (next < taken.size() && staged < BATCH_BYTES) {
                staged += stage(taken.get(next++));
            }
            begun.forEach(Task::staged);
        } catch (RuntimeException | Error e) {
            fail(e, taken.subList(next, taken.size()));
            next = taken.size();
        }
        taken.subList(0, next).clear();
        return !begun.isEmpty();
    }

    /** Computes a task; the bytes of the rows that it changes. */
    private long stage(Task task) {
        begun.add(task);
        Replica replica = task.stage();
        if (replica == null) {
            begun.removeLast();
            return 0;
        }
        changed.add(replica);
        return replica.takeNewBytes();
    }

    private void take(long waitNanos) {
        if (!taken.isEmpty()) {
            return;
        }
        try {
            Task first = stopping || waitNanos <= 0 ? queue.poll() : queue.poll(waitNanos, TimeUnit.NANOSECONDS);
            if (first != null) {
                taken.add(first);
                queue.drainTo(taken, BATCH_TASKS - 1);
                long size = 0;
                for (Task task : taken) {
                    size += task.sizeBytes();
                }
                queuedBytes.addAndGet(-size);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts a shard", e);
        }
    }

    /** Writes what was computed, makes it durable, and answers. */
    public void commit() {
        try {
            write(changed);
        } catch (RuntimeException | Error e) {
            fail(e, taken);
            taken.clear();
            return;
        }
        begun.forEach(task -> end(task::durable));
        begun.clear();
        changed.clear();
    }

    /** Ends the tasks of a round that failed: those that were begun, and those that were not. */
    private void fail(Throwable e, List<Task> notBegun) {
        EngineException failure = failureOf(e);
        engineHealth.fail(failure);
        changed.forEach(Replica::failed);
        begun.forEach(task -> end(() -> task.failed(String.valueOf(failure.getMessage()))));
        notBegun.forEach(task -> end(task::stopped));
        begun.clear();
        changed.clear();
    }

    private static EngineException failureOf(Throwable e) {
        return e instanceof EngineException engineFailed
                ? engineFailed
                : new EngineException("unexpected error in the storage: " + e, e);
    }

    /** Tells a task its end; one that cannot take it does not keep the others from theirs. */
    private static void end(Runnable ending) {
        try {
            ending.run();
        } catch (RuntimeException e) {
            LOG.error("A response could not be delivered.", e);
        }
    }

    private void write(Collection<Replica> written) {
        try (Engine.Batch batch = engine.newBatch()) {
            List<Replica> flushed = new ArrayList<>(written.size());
            for (Replica replica : written) {
                if (replica.flush(batch)) {
                    flushed.add(replica);
                }
            }
            if (!flushed.isEmpty()) {
                engine.write(batch, settings.sync() || flushed.stream().anyMatch(Replica::mustSync));
                flushed.forEach(Replica::written);
            }
        }
    }

    /** In how many nanoseconds upkeep is due; 0 or less when it is. */
    public long untilUpkeepNanos() {
        return upkeepAtNanos - clock.monotonicNanos();
    }

    /** Does a portion of upkeep if its time has come. */
    public void upkeepIfDue() {
        if (untilUpkeepNanos() <= 0 && engineHealth.failure() == null) {
            boolean more = upkeep(replicas);
            upkeepAtNanos = clock.monotonicNanos() + (more ? MORE_UPKEEP_NANOS : UPKEEP_NANOS);
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
            for (Replica replica : owned) {
                replica.retire();
                replica.settleDuplicates();
                replica.prune();
                replica.forgetOldWrites(clock.monotonicNanos());
            }
            write(owned);
        } catch (EngineException e) {
            engineHealth.fail(e);
        }
        return left <= 0;
    }

    /** The last step: writes checkpoints, unless the engine has failed, and gives back what nobody will do any more. */
    public void finish() {
        try {
            if (engineHealth.failure() == null) {
                replicas.forEach(Replica::checkpoint);
                upkeep(replicas);
            }
        } finally {
            end();
        }
    }

    /** The driver has met a defect and runs no further step. */
    public void breakOff(Throwable defect) {
        engineHealth.fail(failureOf(defect));
        end();
    }

    private void end() {
        finished = true;
        taken.forEach(task -> end(task::stopped));
        taken.clear();
        abandonQueue();
    }

    private void abandonQueue() {
        List<Task> tasks = new ArrayList<>();
        queue.drainTo(tasks);
        tasks.forEach(task -> end(task::stopped));
    }

    /** Wakes a driver that waits for a task. */
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
