package io.dotkv.launcher.bench;

import io.dotkv.launcher.client.Channels;
import io.dotkv.launcher.client.Route;
import io.dotkv.proto.replication.v1.PipelineRequest;
import java.time.Duration;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs a load: writes the keys first where reads need them, warms up, measures, deletes the keys.
 *
 * <p>Threading: one thread runs it; any may cut it short. The keys that were put are noted on the event loop, and read
 * when nothing is in flight.
 */
final class Bench implements AutoCloseable {
    private static final Duration ALL_KEYS_AT_MOST = Duration.ofMinutes(30);

    private final BenchSettings settings;
    private final Channels channels = new Channels();
    private final List<Route> routes;
    private final BitSet written = new BitSet();
    private @Nullable ClosedLoop running;
    private @Nullable Bench follower;
    private boolean isCutShort;

    Bench(BenchSettings settings) {
        this.settings = settings;
        this.routes = settings.endpoints().stream()
                .map(endpoint -> settings.path().to(endpoint, channels))
                .toList();
    }

    /** Puts every key once; answers the reasons of what failed. */
    Map<String, Long> preload(long seed) throws InterruptedException {
        Operations operations = new Operations(settings, seed, written);
        return runAll(new Supplier<>() {
            private int next;

            @Override
            public PipelineRequest.@Nullable Builder get() {
                return next < settings.keyCount() ? operations.put(next++) : null;
            }
        });
    }

    /** Deletes every key that was put; answers the reasons of what failed. */
    Map<String, Long> removeKeys() throws InterruptedException {
        Operations operations = new Operations(settings, 0, new BitSet());
        return runAll(new Supplier<>() {
            private int next;

            @Override
            public PipelineRequest.@Nullable Builder get() {
                int key = written.nextSetBit(next);
                next = key < 0 ? next : key + 1;
                return key < 0 ? null : operations.delete(key);
            }
        });
    }

    /** How many keys were put. */
    int keysPut() {
        return written.cardinality();
    }

    private Map<String, Long> runAll(Supplier<PipelineRequest.@Nullable Builder> operations)
            throws InterruptedException {
        ClosedLoop loop = loop(operations);
        Meter meter = new Meter();
        loop.measure(meter, () -> {});
        loop.start();
        if (!loop.awaitEnd(ALL_KEYS_AT_MOST)) {
            loop.stop();
        }
        return meter.errors();
    }

    /** Warms up and measures; the processor time is that of these processes. */
    BenchResult run(long seed, Collection<Long> nodes) throws InterruptedException {
        Operations operations = new Operations(settings, seed, written);
        Countdown countdown = new Countdown(operations);
        ClosedLoop loop = loop(countdown);
        loop.start();
        var _ = loop.awaitEnd(settings.warmUp());
        Meter meter = new Meter();
        List<Long> self = List.of(ProcessHandle.current().pid());
        OptionalDouble clientBefore = ProcessCpu.seconds(self);
        OptionalDouble nodesBefore = ProcessCpu.seconds(nodes);
        loop.measure(meter, () -> countdown.begin(settings.operations()));
        long start = System.nanoTime();
        var _ = loop.awaitEnd(settings.duration());
        loop.measure(null, () -> {});
        long nanos = System.nanoTime() - start;
        OptionalDouble client = minus(ProcessCpu.seconds(self), clientBefore);
        OptionalDouble nodesUsed =
                nodes.isEmpty() ? OptionalDouble.empty() : minus(ProcessCpu.seconds(nodes), nodesBefore);
        loop.stop();
        return new BenchResult(meter.reads(), meter.writes(), meter.errors(), nanos, client, nodesUsed);
    }

    /** Ends what runs, and whatever would run after it, before its time: what was measured until now is the result. */
    synchronized void cutShort() {
        isCutShort = true;
        if (running != null) {
            running.cutShort();
        }
        if (follower != null) {
            follower.cutShort();
        }
    }

    /** Another load is cut short with this one. */
    synchronized void cutShortWith(Bench other) {
        follower = other;
        if (isCutShort) {
            other.cutShort();
        }
    }

    synchronized boolean isCutShort() {
        return isCutShort;
    }

    private synchronized ClosedLoop loop(Supplier<PipelineRequest.@Nullable Builder> operations) {
        ClosedLoop loop = new ClosedLoop(routes, channels.loop(), settings.inFlight(), settings.timeout(), operations);
        running = loop;
        if (isCutShort) {
            loop.cutShort();
        }
        return loop;
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
