package io.dotkv.launcher.bench;

import io.dotkv.launcher.client.CallFailed;
import io.dotkv.launcher.client.Route;
import io.dotkv.proto.replication.v1.PipelineRequest;
import io.dotkv.proto.replication.v1.PipelineResponse;
import io.dotkv.proto.replication.v1.Presence;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a fixed number of operations in flight: when one ends the next begins at once, on the same route. A slow answer
 * therefore holds back what would have come after it; the latencies are those of a system that is always as busy as it can
 * be, not those of arrivals at a fixed rate.
 *
 * <p>Threading: everything but {@link #start} and {@link #stop} happens on the event loop.
 */
final class ClosedLoop {
    private static final long PAUSE_AFTER_FAILURE_MILLIS = 10;

    private final List<Route> routes;
    private final ScheduledExecutorService loop;
    private final Supplier<PipelineRequest.@Nullable Builder> operations;
    private final Duration timeout;
    private final CountDownLatch ended;
    private volatile @Nullable Meter meter;
    private volatile boolean stopping;

    /** A loop over operations until it is stopped or there are no more. */
    ClosedLoop(
            List<Route> routes,
            ScheduledExecutorService loop,
            int inFlight,
            Duration timeout,
            Supplier<PipelineRequest.@Nullable Builder> operations) {
        this.routes = List.copyOf(routes);
        this.loop = loop;
        this.operations = operations;
        this.timeout = timeout;
        this.ended = new CountDownLatch(inFlight);
    }

    /** Begins, without measuring. */
    void start() {
        int inFlight = (int) ended.getCount();
        loop.execute(() -> {
            for (int slot = 0; slot < inFlight; slot++) {
                new Slot(routes.get(slot % routes.size())).next();
            }
        });
    }

    /** From now on counts into this meter, or into none when it is null; the task runs on the loop at that moment. */
    void measure(@Nullable Meter into, Runnable then) throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        loop.execute(() -> {
            meter = into;
            then.run();
            done.countDown();
        });
        done.await();
    }

    /** Waits until there are no more operations; false when the time is over first. */
    boolean awaitEnd(Duration atMost) throws InterruptedException {
        return ended.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Begins no further operation, and waits for those in flight. */
    void stop() throws InterruptedException {
        stopping = true;
        ended.await();
    }

    private final class Slot implements Route.Ended {
        private final Route route;
        private boolean read;
        private long startedNanos;

        Slot(Route route) {
            this.route = route;
        }

        void next() {
            PipelineRequest.Builder operation = stopping ? null : operations.get();
            if (operation == null) {
                ended.countDown();
                return;
            }
            read = operation.hasGet();
            startedNanos = System.nanoTime();
            route.send(operation, timeout, this);
        }

        @Override
        public void answered(PipelineResponse response) {
            Meter now = meter;
            if (now != null) {
                if (response.hasGet() && response.getGet().getPresence() != Presence.FOUND) {
                    now.failed("NOT_FOUND");
                } else {
                    now.succeeded(read, System.nanoTime() - startedNanos);
                }
            }
            next();
        }

        @Override
        public void failed(CallFailed failure) {
            Meter now = meter;
            if (now != null) {
                now.failed(failure.reason());
            }
            var _ = loop.schedule(this::next, PAUSE_AFTER_FAILURE_MILLIS, TimeUnit.MILLISECONDS);
        }
    }
}
