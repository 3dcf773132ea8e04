package io.dotkv.kernel.simulated;

import io.dotkv.kernel.ports.Clock;
import io.dotkv.kernel.ports.Scheduler;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Virtual time for a whole cluster in one thread: a single queue of tasks in the order in which they are due, and a
 * clock that jumps from one to the next. Any number of {@linkplain #process() processes} share it, each a
 * {@link Scheduler} of its own that can be paused and killed.
 *
 * <p>Tasks of one process that are due at the same instant run in the order of their submission; those of different
 * processes in an order drawn from the seed, so that no test depends on who was made first. The same seed and the same
 * submissions give the same run. One thread only.
 */
public final class SimulatedTime implements Clock, Scheduler {
    private static final long WALL_MILLIS_AT_START = 1_800_000_000_000L;
    private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

    private final PriorityQueue<Task> queue = new PriorityQueue<>();
    private final long seed;
    private final SimulatedProcess root = new SimulatedProcess(0);
    private long nowNanos;
    private long sequence;
    private long tasksRun;
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
        tasksRun++;
        task.work.run();
        return true;
    }

    /** How many tasks have run since time began: a measure of how much happened. */
    public long tasksRun() {
        return tasksRun;
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
        while (task != null && (task.isVoid() || task.isHeldUp())) {
            queue.remove();
            if (!task.isVoid()) {
                queue.add(task.at(task.process.pausedUntilNanos));
            }
            task = queue.peek();
        }
        return task;
    }

    /** One scheduler among those that share the time. */
    public final class SimulatedProcess implements Scheduler {
        private final int number;
        private boolean killed;
        private long pausedUntilNanos;

        private SimulatedProcess(int number) {
            this.number = number;
        }

        /** None of its tasks runs any more, neither waiting ones nor those submitted later. */
        public void kill() {
            killed = true;
        }

        /**
         * Nothing of it runs for so many nanoseconds; what becomes due meanwhile runs then, in the order it became due.
         */
        public void pause(long nanos) {
            pausedUntilNanos = Math.max(pausedUntilNanos, nowNanos + nanos);
        }

        @Override
        public void execute(Runnable task) {
            schedule(task, 0);
        }

        @Override
        public Cancellable schedule(Runnable work, long delayNanos) {
            long dueNanos = nowNanos + Math.max(0, delayNanos);
            Handle handle = new Handle();
            queue.add(new Task(this, handle, dueNanos, rankAt(dueNanos), dueNanos, sequence++, work));
            return handle;
        }

        private long rankAt(long dueNanos) {
            long mixed = (seed ^ dueNanos) * GOLDEN_GAMMA + number * 0xbf58476d1ce4e5b9L;
            mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
            return mixed ^ (mixed >>> 27);
        }
    }

    private static final class Handle implements Cancellable {
        private boolean cancelled;

        @Override
        public void cancel() {
            cancelled = true;
        }
    }

    private record Task(
            SimulatedProcess process,
            Handle handle,
            long dueNanos,
            long rank,
            long wantedNanos,
            long sequence,
            Runnable work)
            implements Comparable<Task> {
        boolean isVoid() {
            return handle.cancelled || process.killed;
        }

        boolean isHeldUp() {
            return process.pausedUntilNanos > dueNanos;
        }

        Task at(long laterNanos) {
            return new Task(process, handle, laterNanos, process.rankAt(laterNanos), wantedNanos, sequence, work);
        }

        @Override
        public int compareTo(Task other) {
            if (dueNanos != other.dueNanos) {
                return Long.compare(dueNanos, other.dueNanos);
            }
            if (rank != other.rank) {
                return Long.compare(rank, other.rank);
            }
            return wantedNanos != other.wantedNanos
                    ? Long.compare(wantedNanos, other.wantedNanos)
                    : Long.compare(sequence, other.sequence);
        }
    }
}
