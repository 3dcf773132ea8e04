package io.dotkv.launcher.bench;

import io.dotkv.launcher.client.Channels;
import io.dotkv.launcher.client.Route;
import io.dotkv.proto.replication.v1.PipelineRequest;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Runs a load: writes the keys first where reads need them, warms up, measures. */
final class Bench implements AutoCloseable {
    private static final Duration PRELOAD_AT_MOST = Duration.ofMinutes(30);

    private final BenchSettings settings;
    private final Channels channels = new Channels();
    private final List<Route> routes;

    Bench(BenchSettings settings) {
        this.settings = settings;
        this.routes = settings.endpoints().stream()
                .map(endpoint -> settings.path().to(endpoint, channels))
                .toList();
    }

    /** Puts every key once; answers the reasons of what failed. */
    Map<String, Long> preload(long seed) throws InterruptedException {
        Operations operations = new Operations(settings, seed);
        ClosedLoop loop = loop(new Supplier<>() {
            private int next;

            @Override
            public PipelineRequest.@Nullable Builder get() {
                return next < settings.keyCount() ? operations.put(next++) : null;
            }
        });
        Meter meter = new Meter();
        loop.measure(meter, () -> {});
        loop.start();
        if (!loop.awaitEnd(PRELOAD_AT_MOST)) {
            loop.stop();
        }
        return meter.errors();
    }

    /** Warms up and measures; the processor time is that of these processes. */
    BenchResult run(long seed, Collection<Long> nodes) throws InterruptedException {
        Operations operations = new Operations(settings, seed);
        Countdown countdown = new Countdown(operations);
        ClosedLoop loop = loop(countdown);
        loop.start();
        Thread.sleep(settings.warmUp());
        Meter meter = new Meter();
        List<Long> self = List.of(ProcessHandle.current().pid());
        OptionalDouble clientBefore = ProcessCpu.seconds(self);
        OptionalDouble nodesBefore = ProcessCpu.seconds(nodes);
        loop.measure(meter, () -> countdown.begin(settings.operations()));
        long start = System.nanoTime();
        loop.awaitEnd(settings.duration());
        loop.measure(null, () -> {});
        long nanos = System.nanoTime() - start;
        OptionalDouble client = minus(ProcessCpu.seconds(self), clientBefore);
        OptionalDouble nodesUsed =
                nodes.isEmpty() ? OptionalDouble.empty() : minus(ProcessCpu.seconds(nodes), nodesBefore);
        loop.stop();
        return new BenchResult(meter.reads(), meter.writes(), meter.errors(), nanos, client, nodesUsed);
    }

    private ClosedLoop loop(Supplier<PipelineRequest.@Nullable Builder> operations) {
        return new ClosedLoop(routes, channels.loop(), settings.inFlight(), settings.timeout(), operations);
    }

    private static OptionalDouble minus(OptionalDouble after, OptionalDouble before) {
        return after.isPresent() && before.isPresent()
                ? OptionalDouble.of(after.getAsDouble() - before.getAsDouble())
                : OptionalDouble.empty();
    }

    @Override
    public void close() {
        routes.forEach(Route::close);
        channels.close();
    }

    /** Operations without end until the measurement begins, and so many from then on. */
    private static final class Countdown implements Supplier<PipelineRequest.@Nullable Builder> {
        private final Operations operations;
        private final AtomicLong left = new AtomicLong(Long.MAX_VALUE);

        Countdown(Operations operations) {
            this.operations = operations;
        }

        void begin(long count) {
            left.set(count);
        }

        @Override
        public PipelineRequest.@Nullable Builder get() {
            return left.getAndDecrement() > 0 ? operations.next() : null;
        }
    }
}
