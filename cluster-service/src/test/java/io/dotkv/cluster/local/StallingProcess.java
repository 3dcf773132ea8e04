package io.dotkv.cluster.local;

import io.dotkv.kernel.ports.Scheduler;
import io.dotkv.kernel.simulated.SimulatedTime;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * A process that can be stopped for a while, as by SIGSTOP or for want of processor time. What comes due meanwhile
 * waits. When it wakes, its timers run before the messages that arrived, which is the harshest order for a failure
 * detector: every time-out is seen before the answer that came in time.
 */
final class StallingProcess implements Scheduler {
    private final SimulatedTime time;
    private final SimulatedTime.SimulatedProcess process;
    private final Queue<Runnable> timers = new ArrayDeque<>();
    private final Queue<Runnable> messages = new ArrayDeque<>();
    private long stalledUntilNanos;

    StallingProcess(SimulatedTime time) {
        this.time = time;
        this.process = time.process();
    }

    void stall(long nanos) {
        long untilNanos = time.monotonicNanos() + nanos;
        if (untilNanos > stalledUntilNanos) {
            stalledUntilNanos = untilNanos;
            process.schedule(this::wake, nanos);
        }
    }

    private void wake() {
        while (!isStalled() && !(timers.isEmpty() && messages.isEmpty())) {
            (timers.isEmpty() ? messages : timers).remove().run();
        }
    }

    private boolean isStalled() {
        return time.monotonicNanos() < stalledUntilNanos;
    }

    void kill() {
        process.kill();
        timers.clear();
        messages.clear();
    }

    @Override
    public void execute(Runnable task) {
        process.execute(() -> runOrWait(task, messages));
    }

    @Override
    public Cancellable schedule(Runnable task, long delayNanos) {
        boolean[] cancelled = new boolean[1];
        Cancellable timer = process.schedule(
                () -> runOrWait(
                        () -> {
                            if (!cancelled[0]) {
                                task.run();
                            }
                        },
                        timers),
                delayNanos);
        return () -> {
            cancelled[0] = true;
            timer.cancel();
        };
    }

    private void runOrWait(Runnable task, Queue<Runnable> queue) {
        if (isStalled()) {
            queue.add(task);
        } else {
            task.run();
        }
    }
}
