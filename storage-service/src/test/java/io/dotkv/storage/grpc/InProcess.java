package io.dotkv.storage.grpc;

import io.dotkv.kernel.ports.SeededRandom;
import io.dotkv.kernel.simulated.SimulatedTime;
import io.dotkv.storage.grpc.exchange.ExchangePorts;
import io.dotkv.storage.grpc.exchange.ExchangeSettings;
import io.grpc.BindableService;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A storage service and a client of it in one thread on virtual time: whatever a call sets off has happened when it
 * returns. The server can be stopped and started again under the same name.
 */
final class InProcess implements AutoCloseable {
    static final long MILLI = 1_000_000L;
    static final long SECOND = 1000 * MILLI;

    final SimulatedTime time = new SimulatedTime(1);
    final ScriptedStorage storage = new ScriptedStorage();
    final ExchangeSettings settings;
    final Executor sender;
    final RemoteStorage remote;
    final ManagedChannel channel;
    private final NoTimers timers = new NoTimers();
    private final String name = InProcessServerBuilder.generateName();
    private @Nullable Server server;

    InProcess(ExchangeSettings settings, Executor sender) {
        this.settings = settings;
        this.sender = sender;
        channel = InProcessChannelBuilder.forName(name)
                .directExecutor()
                .scheduledExecutorService(timers)
                .build();
        remote = new RemoteStorage("peer", channel, ports(), settings);
    }

    /** Both ends up and connected. */
    static InProcess connected() {
        return connected(ExchangeSettings.DEFAULT, Runnable::run);
    }

    static InProcess connected(ExchangeSettings settings, Executor sender) {
        InProcess both = new InProcess(settings, sender);
        both.startServer();
        both.time.runUntil(both.remote::isReachable, 5 * SECOND);
        return both;
    }

    /** A client connected to a service of the test's own. */
    static InProcess connectedTo(BindableService service, ExchangeSettings settings) {
        InProcess both = new InProcess(settings, Runnable::run);
        both.startServer(service);
        both.time.runUntil(both.remote::isReachable, 5 * SECOND);
        return both;
    }

    ExchangePorts ports() {
        return new ExchangePorts(time, time, new SeededRandom(1), sender);
    }

    void startServer() {
        startServer(new StorageGrpcService(storage, ports(), settings));
    }

    void startServer(BindableService service) {
        try {
            server = InProcessServerBuilder.forName(name)
                    .directExecutor()
                    .addService(service)
                    .build()
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void killServer() {
        Server running = server;
        if (running != null) {
            running.shutdownNow();
        }
    }

    long in(long nanos) {
        return time.monotonicNanos() + nanos;
    }

    @Override
    public void close() {
        remote.close();
        channel.shutdownNow();
        killServer();
        timers.shutdownNow();
    }

    /** gRPC's own timers, in real time on a thread of theirs, would meet what a test does on virtual time. */
    private static final class NoTimers extends ScheduledThreadPoolExecutor {
        NoTimers() {
            super(1);
            setRemoveOnCancelPolicy(true);
        }

        @Override
        public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
            return super.schedule(command, 1, TimeUnit.DAYS);
        }
    }
}
