package io.dotkv.launcher.pause;

import io.dotkv.kernel.Clock;
import java.util.concurrent.locks.LockSupport;

/** The thread that beats for {@link Absences}, and does nothing else, so that nothing but an absence delays it. */
public final class Heartbeat implements AutoCloseable {
    private final Thread thread;
    private volatile boolean closed;

    /** Begins to beat. */
    public Heartbeat(Absences absences, Clock clock) {
        thread = Thread.ofPlatform().daemon().name("dotkv-heartbeat").start(() -> {
            while (!closed) {
                absences.beat(clock.monotonicNanos());
                LockSupport.parkNanos(Absences.BEAT_NANOS);
            }
        });
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}
