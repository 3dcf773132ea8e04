package io.dotkv.storage.grpc.exchange;

import io.dotkv.kernel.ports.Clock;
import io.dotkv.kernel.ports.Scheduler;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Notices a wait that takes too long, of which there are many short ones one after the other. At most one timer is set
 * at a time, however many waits there are. Any thread may begin and end a wait.
 */
public final class IdleWatch {
    private static final long NOT_WAITING = Long.MIN_VALUE;

    private final Clock clock;
    private final Scheduler scheduler;
    private final long longestNanos;
    private final Runnable tooLong;
    private final AtomicLong since = new AtomicLong(NOT_WAITING);
    private final AtomicLong timers = new AtomicLong();

    public IdleWatch(Clock clock, Scheduler scheduler, Duration longest, Runnable tooLong) {
        this.clock = clock;
        this.scheduler = scheduler;
        this.longestNanos = longest.toNanos();
        this.tooLong = tooLong;
    }

    /** A wait begins. */
    public void begin() {
        since.set(clock.monotonicNanos());
        if (timers.compareAndSet(0, 1)) {
            scheduler.schedule(this::look, longestNanos);
        }
    }

    /** No wait is under way. */
    public void end() {
        since.set(NOT_WAITING);
    }

    private void look() {
        timers.set(0);
        long began = since.get();
        if (began == NOT_WAITING) {
            return;
        }
        long left = longestNanos - (clock.monotonicNanos() - began);
        if (left <= 0) {
            end();
            tooLong.run();
        } else if (timers.compareAndSet(0, 1)) {
            scheduler.schedule(this::look, left);
        }
    }
}
