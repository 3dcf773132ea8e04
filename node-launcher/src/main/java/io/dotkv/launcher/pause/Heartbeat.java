package io.dotkv.launcher.pause;

import io.dotkv.kernel.ports.Clock;
import java.util.concurrent.locks.LockSupport;

/** The thread that beats for {@link ProcessPauses}, and does nothing else, so that nothing but an absence delays it. */
public final class Heartbeat implements AutoCloseable {
    private final Thread thread;
    private volatile boolean closed;

    /** Begins to beat. */
    public Heartbeat(ProcessPauses absences, Clock clock) {
        thread = Thread.ofPlatform().daemon().name("dotkv-heartbeat").start(() -> {
            while (!closed) {
                absences.beat(clock.monotonicNanos());
                LockSupport.parkNanos(ProcessPauses.BEAT_NANOS);
            }
        });
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}
