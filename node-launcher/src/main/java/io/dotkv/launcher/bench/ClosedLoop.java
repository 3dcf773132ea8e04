package io.dotkv.launcher.bench;

import io.dotkv.launcher.client.CallFailed;
import io.dotkv.launcher.client.RetryDecision;
import io.dotkv.launcher.client.Route;
import io.dotkv.launcher.transfer.LoadSpread;
import io.dotkv.proto.replication.v1.PipelineRequest;
import io.dotkv.proto.replication.v1.PipelineResponse;
import io.dotkv.proto.replication.v1.Presence;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a fixed number of operations in flight: when one ends the next begins at once, on the same route while that one
 * works. A slow answer therefore holds back what would have come after it; the latencies are those of a system that is
 * always as busy as it can be, not those of arrivals at a fixed rate.
 *
 * <p>Threading: everything but {@link #start} and {@link #stop} happens on the event loop.
 */
final class ClosedLoop {
    private static final long PAUSE_AFTER_FAILURE_MILLIS = 10;

    private final LoadSpread routes;
    private final int endpoints;
    private final ScheduledExecutorService loop;
    private final Supplier<PipelineRequest.@Nullable Builder> operations;
    private final Duration timeout;
    private final CountDownLatch ended;
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile @Nullable Meter meter;
    private volatile boolean stopping;

    /** A loop over operations until it is stopped or there are no more. */
    ClosedLoop(
            List<Route> routes,
            ScheduledExecutorService loop,
            int inFlight,
            Duration timeout,
            Supplier<PipelineRequest.@Nullable Builder> operations) {
        this.routes = new LoadSpread(routes, System.nanoTime());
        this.endpoints = routes.size();
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
                new Slot(slot).next();
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

    /** Waits until there are no more operations; false when the time is over first, or the loop is cut short. */
    boolean awaitEnd(Duration atMost) throws InterruptedException {
        var _ = over.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
        return ended.getCount() == 0;
    }

    /** Lets {@link #awaitEnd} return at once. */
    void cutShort() {
        over.countDown();
    }

    /** Begins no further operation, and waits for those in flight. */
    void stop() throws InterruptedException {
        stopping = true;
        ended.await();
    }

    /** One operation after the other, on the same route while that one works. */
    private final class Slot implements Route.Ended {
        private final int number;
        private PipelineRequest.Builder operation = PipelineRequest.newBuilder();
        private @Nullable Meter measuredBy;
        private long startedNanos;
        private int attempts;
        private int route;

        Slot(int number) {
            this.number = number;
        }

        void next() {
            PipelineRequest.Builder next = stopping ? null : operations.get();
            if (next == null) {
                ended.countDown();
                if (ended.getCount() == 0) {
                    over.countDown();
                }
                return;
            }
            operation = next;
            measuredBy = meter;
            startedNanos = System.nanoTime();
            attempts = 0;
            attempt();
        }

        private void attempt() {
            route = routes.choose(number, attempts, System.nanoTime());
            attempts++;
            routes.route(route).send(operation, timeout, this);
        }

        /** Where the operation is counted: not when the measurement began or ended meanwhile. */
        private Optional<Meter> meter() {
            return Optional.ofNullable(measuredBy).filter(begunIn -> begunIn == meter);
        }

        @Override
        public void answered(PipelineResponse response) {
            meter().ifPresent(counting -> {
                if (response.hasGet() && response.getGet().getPresence() != Presence.FOUND) {
                    counting.failed("NOT_FOUND");
                } else {
                    counting.succeeded(operation.hasGet(), System.nanoTime() - startedNanos);
                }
            });
            next();
        }

        /**
         * What surely was not done is tried once at each endpoint, as one operation; its latency has all of the tries.
         */
        @Override
        public void failed(CallFailed failure) {
            if (failure.verdict() == RetryDecision.NOT_APPLIED) {
                routes.rest(route, System.nanoTime());
                if (attempts < endpoints) {
                    attempt();
                    return;
                }
            }
            meter().ifPresent(counting -> counting.failed(failure.reason()));
            var _ = loop.schedule(this::next, PAUSE_AFTER_FAILURE_MILLIS, TimeUnit.MILLISECONDS);
        }
    }
}
