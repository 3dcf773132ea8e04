package io.dotkv.storage.system;

import io.dotkv.storage.shard.Shard;
import io.dotkv.storage.shard.ShardDriver;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Runs a shard on a daemon thread of its own, which waits in the shard's queue. */
public final class ThreadDriver implements ShardDriver {
    private static final long STOP_MILLIS = TimeUnit.SECONDS.toMillis(30);

    private final String name;
    private @Nullable Thread thread;

    /** @param name the thread's name */
    public ThreadDriver(String name) {
        this.name = name;
    }

    @Override
    public void start(Shard shard) {
        thread = Thread.ofPlatform().daemon().name(name).start(() -> run(shard));
    }

    /** The queue wakes the thread by itself. */
    @Override
    public void wake() {}

    private static void run(Shard shard) {
        try {
            while (!shard.isOver()) {
                if (shard.compute(shard.untilUpkeepNanos())) {
                    shard.commit();
                }
                shard.upkeepIfDue();
            }
            shard.finish();
        } catch (RuntimeException | Error e) {
            shard.breakOff(e);
        }
    }

    @Override
    public void stop() {
        Thread started = thread;
        if (started == null) {
            return;
        }
        try {
            started.join(STOP_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
