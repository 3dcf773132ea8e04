package io.dotkv.launcher.node;

import io.dotkv.kernel.ports.Clock;
import io.dotkv.kernel.system.SystemClock;
import io.dotkv.launcher.connection.ConnectionGate;
import io.dotkv.launcher.connection.Connections;
import io.dotkv.launcher.connection.FileLimits;
import io.dotkv.launcher.connection.PeerCalls;
import io.dotkv.launcher.connection.PlainHttp;
import io.dotkv.launcher.connection.TurnedAway;
import io.dotkv.launcher.node.limits.IncomingRequests;
import io.dotkv.launcher.pause.Heartbeat;
import io.dotkv.launcher.pause.HeldCalls;
import io.dotkv.launcher.pause.ProcessPauses;
import io.dotkv.launcher.pause.WatchedConnections;
import io.dotkv.proto.replication.v1.ReplicationServiceGrpc;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.ServerChannel;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionService;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one port of a node: the services of its layers, the standard health service, and reflection. */
final class NodeServer {
    /**
     * The largest message that is taken. Replicas that cannot reach each other may each fill a key to its limit, which
     * is 20 MiB at the most, so that the row of three replicas together fits.
     */
    static final int MAX_MESSAGE_BYTES = 64 << 20;

    private static final int MAX_METADATA_BYTES = 16 << 10;
    private static final int STREAM_WINDOW_BYTES = 1 << 20;

    /** A client that pings more often has its connection closed. */
    private static final int PINGS_EVERY_SECONDS = 1;

    private static final int MAX_CALLS_PER_CONNECTION = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(NodeServer.class);

    private final HealthStatusManager health = new HealthStatusManager();
    private final Connections connections =
            new Connections(FileLimits.ofProcess().connections(), System::nanoTime);
    private final Clock clock = new SystemClock();
    private final ProcessPauses absences = new ProcessPauses(clock.monotonicNanos());
    private final Heartbeat heartbeat = new Heartbeat(absences, clock);
    private final WatchedConnections watched = new WatchedConnections(absences, clock);
    private final List<String> names;
    private final Server server;
    private volatile boolean serving;

    /** @param networkBytes of messages that come in or have not gone out; a part is left to streams and connections */
    NodeServer(
            SocketAddress address,
            EventLoops loops,
            WireCompression compression,
            long networkBytes,
            List<BindableService> services) {
        this.names = services.stream()
                .map(service -> service.bindService().getServiceDescriptor().getName())
                .toList();
        NettyServerBuilder builder = NettyServerBuilder.forAddress(address)
                .bossEventLoopGroup(loops.workers())
                .workerEventLoopGroup(loops.workers())
                .channelFactory(() -> guarded(loops.newServerChannel(), loops.workers()))
                .protocolNegotiator(watched)
                .directExecutor()
                .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                .maxInboundMetadataSize(MAX_METADATA_BYTES)
                .maxConcurrentCallsPerConnection(MAX_CALLS_PER_CONNECTION)
                .initialFlowControlWindow(STREAM_WINDOW_BYTES)
                .permitKeepAliveTime(PINGS_EVERY_SECONDS, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true)
                .intercept(new PeerCalls(connections))
                .addStreamTracerFactory(new IncomingRequests(networkBytes / 3))
                .addService(health.getHealthService())
                .addService(ProtoReflectionServiceV1.newInstance())
                .addService(reflectionForOlderTools());
        compression.ofAnswers().forEach(builder::intercept);
        ParsedRequests parsed = new ParsedRequests(networkBytes / 4);
        HeldCalls held = new HeldCalls(watched);
        for (BindableService service : services) {
            ServerServiceDefinition definition = service.bindService();
            boolean isForClients =
                    definition.getServiceDescriptor().getName().equals(ReplicationServiceGrpc.SERVICE_NAME);
            builder.addService(parsed.of(isForClients ? ServerInterceptors.intercept(definition, held) : definition));
        }
        this.server = builder.build();
        names.forEach(name -> health.setStatus(name, ServingStatus.SERVING));
        setServing(false);
    }

    @SuppressWarnings("deprecation") // BloomRPC and older grpcurl know only v1alpha.
    private static BindableService reflectionForOlderTools() {
        return ProtoReflectionService.newInstance();
    }

    private ServerChannel guarded(ServerChannel channel, ScheduledExecutorService timer) {
        Executor inAMinute = task -> {
            var _ = timer.schedule(task, 1, TimeUnit.MINUTES);
        };
        channel.pipeline()
                .addLast(new ConnectionGate(
                        connections, new TurnedAway(LOG::warn, inAMinute), new PlainHttp(() -> serving)));
        return channel;
    }

    void start() throws IOException {
        server.start();
    }

    /** The port in use. */
    int port() {
        return server.getListenSockets().getFirst() instanceof InetSocketAddress address ? address.getPort() : 0;
    }

    /** Sets the health of the node as a whole and of its replication layer; the layers below serve from the start. */
    void setServing(boolean now) {
        serving = now;
        ServingStatus status = now ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
        health.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, status);
        if (names.contains(ReplicationServiceGrpc.SERVICE_NAME)) {
            health.setStatus(ReplicationServiceGrpc.SERVICE_NAME, status);
        }
    }

    /** Reports NOT_SERVING from now on, whatever is said later. */
    void leaveService() {
        serving = false;
        health.enterTerminalState();
    }

    /** Takes no new calls, gives those that run so long to end, then cuts them off. */
    void stop(long graceMillis) throws InterruptedException {
        server.shutdown();
        if (!server.awaitTermination(graceMillis, TimeUnit.MILLISECONDS)) {
            server.shutdownNow();
            server.awaitTermination(1, TimeUnit.SECONDS);
        }
        heartbeat.close();
    }
}
