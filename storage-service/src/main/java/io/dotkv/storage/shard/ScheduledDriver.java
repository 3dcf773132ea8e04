package io.dotkv.storage.shard;

import io.dotkv.kernel.ports.Scheduler;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs a shard on a scheduler, without a thread of its own. A batch becomes durable some time after it was computed, as
 * on a real disk, and whatever happens in between finds it half way: its deltas are on their way to others and nothing
 * is written.
 *
 * <p>Everything on the scheduler, {@link Shard#submit} and {@link Shard#stop} included.
 */
public final class ScheduledDriver implements ShardDriver {
    private static final long SHORTEST_NAP_NANOS = 1_000_000;

    private final Scheduler scheduler;
    private final LongSupplier writeNanos;
    private @Nullable Shard shard;
    private State state = State.IDLE;

    private enum State {
        /** Nothing waits. */
        IDLE,
        /** A round is about to begin. */
        WOKEN,
        /** A batch is computed and will be written. */
        WRITING,
        /** No further round begins. */
        STOPPED
    }

    /** @param writeNanos how long the next batch takes to become durable */
    public ScheduledDriver(Scheduler scheduler, LongSupplier writeNanos) {
        this.scheduler = scheduler;
        this.writeNanos = writeNanos;
    }

    @Override
    public void start(Shard started) {
        shard = started;
        nap();
    }

    private Shard shard() {
        return Objects.requireNonNull(shard, "a driver is woken by the shard that it was started with");
    }

    private void nap() {
        scheduler.schedule(this::upkeep, Math.max(SHORTEST_NAP_NANOS, shard().untilUpkeepNanos()));
    }

    private void upkeep() {
        if (state == State.STOPPED) {
            return;
        }
        if (state != State.WRITING) {
            shard().upkeepIfDue();
        }
        nap();
    }

    @Override
    public void wake() {
        if (state == State.IDLE) {
            state = State.WOKEN;
            scheduler.execute(this::round);
        }
    }

    private void round() {
        if (state != State.WOKEN) {
            return;
        }
        if (shard().compute(0)) {
            state = State.WRITING;
            scheduler.schedule(this::commit, writeNanos.getAsLong());
        } else {
            next();
        }
    }

    private void commit() {
        if (state == State.WRITING) {
            shard().commit();
            shard().upkeepIfDue();
            next();
        }
    }

    private void next() {
        state = State.IDLE;
        if (shard().isOver()) {
            end();
        } else if (shard().hasWork()) {
            wake();
        }
    }

    private void end() {
        state = State.STOPPED;
        shard().finish();
    }

    @Override
    public void stop() {
        if (state == State.WRITING) {
            shard().commit();
        }
        while (state != State.STOPPED && !shard().isOver()) {
            if (shard().compute(0)) {
                shard().commit();
            }
        }
        if (state != State.STOPPED) {
            end();
        }
    }
}
