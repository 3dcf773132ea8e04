package io.dotkv.kernel.simulated;

import io.dotkv.kernel.Clock;
import io.dotkv.kernel.Scheduler;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Virtual time for a whole cluster in one thread: a single queue of tasks in the order in which they are due, and a clock
 * that jumps from one to the next. Any number of {@linkplain #process() processes} share it, each a {@link Scheduler} of
 * its own that can be killed.
 *
 * <p>Tasks of one process that are due at the same instant run in the order of their submission; those of different
 * processes in an order drawn from the seed, so that no test depends on who was made first. The same seed and the same
 * submissions give the same run. One thread only.
 */
public final class SimulatedTime implements Clock, Scheduler {
    private static final long WALL_MILLIS_AT_START = 1_800_000_000_000L;
    private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

    private final PriorityQueue<Task> queue = new PriorityQueue<>(Comparator.comparingLong(Task::dueNanos)
            .thenComparingLong(Task::rank)
            .thenComparingLong(Task::sequence));
    private final long seed;
    private final SimulatedProcess root = new SimulatedProcess(0);
    private long nowNanos;
    private long sequence;
    private int processes;

    public SimulatedTime(long seed) {
        this.seed = seed;
    }

    /** A scheduler of its own on this time. */
    public SimulatedProcess process() {
        processes++;
        return new SimulatedProcess(processes);
    }

    /** Runs the next task that is due, moving the clock to it. False when nothing is left. */
    public boolean step() {
        Task task = nextLive();
        if (task == null) {
            return false;
        }
        queue.remove();
        nowNanos = task.dueNanos;
        task.work.run();
        return true;
    }

    /** Runs everything that is due within so many nanoseconds, then stands exactly there. */
    public void runFor(long nanos) {
        long endNanos = nowNanos + nanos;
        for (Task task = nextLive(); task != null && task.dueNanos <= endNanos; task = nextLive()) {
            step();
        }
        nowNanos = endNanos;
    }

    /** Runs until the condition holds, and says whether it did so within the limit. */
    public boolean runUntil(BooleanSupplier condition, long limitNanos) {
        long endNanos = nowNanos + limitNanos;
        while (!condition.getAsBoolean()) {
            Task task = nextLive();
            if (task == null || task.dueNanos > endNanos) {
                nowNanos = endNanos;
                return condition.getAsBoolean();
            }
            step();
        }
        return true;
    }

    @Override
    public long monotonicNanos() {
        return nowNanos;
    }

    @Override
    public long wallMillis() {
        return WALL_MILLIS_AT_START + nowNanos / 1_000_000;
    }

    @Override
    public void execute(Runnable task) {
        root.execute(task);
    }

    @Override
    public Cancellable schedule(Runnable task, long delayNanos) {
        return root.schedule(task, delayNanos);
    }

    private @Nullable Task nextLive() {
        Task task = queue.peek();
        while (task != null && (task.cancelled || task.process.killed)) {
            queue.remove();
            task = queue.peek();
        }
        return task;
    }

    /** One scheduler among those that share the time. */
    public final class SimulatedProcess implements Scheduler {
        private final int number;
        private boolean killed;

        private SimulatedProcess(int number) {
            this.number = number;
        }

        /** None of its tasks runs any more, neither waiting ones nor those submitted later. */
        public void kill() {
            killed = true;
        }

        @Override
        public void execute(Runnable task) {
            schedule(task, 0);
        }

        @Override
        public Cancellable schedule(Runnable task, long delayNanos) {
            long dueNanos = nowNanos + Math.max(0, delayNanos);
            Task entry = new Task(this, dueNanos, rankAt(dueNanos), sequence++, task);
            queue.add(entry);
            return () -> entry.cancelled = true;
        }

        private long rankAt(long dueNanos) {
            long mixed = (seed ^ dueNanos) * GOLDEN_GAMMA + number * 0xbf58476d1ce4e5b9L;
            mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
            return mixed ^ (mixed >>> 27);
        }
    }

    private static final class Task {
        private final SimulatedProcess process;
        private final long dueNanos;
        private final long rank;
        private final long sequence;
        private final Runnable work;
        private boolean cancelled;

        private Task(SimulatedProcess process, long dueNanos, long rank, long sequence, Runnable work) {
            this.process = process;
            this.dueNanos = dueNanos;
            this.rank = rank;
            this.sequence = sequence;
            this.work = work;
        }

        private long dueNanos() {
            return dueNanos;
        }

        private long rank() {
            return rank;
        }

        private long sequence() {
            return sequence;
        }
    }
}
