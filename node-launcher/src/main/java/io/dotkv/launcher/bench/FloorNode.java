package io.dotkv.launcher.bench;

import io.dotkv.launcher.client.Channels;
import io.dotkv.launcher.client.Endpoint;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;

/** A node without a database: one event-loop thread that coordinates, and acknowledges what others coordinate. */
final class FloorNode implements AutoCloseable {
    private final Channels channels = new Channels();
    private final Server server;

    FloorNode(Endpoint listen, List<Endpoint> peers, int valueBytes) {
        FloorReplica replica = new FloorReplica(valueBytes);
        List<FloorPeer> others = peers.stream()
                .map(peer -> new FloorPeer(channels.to(peer), channels.loop()))
                .toList();
        server = channels.serve(NettyServerBuilder.forAddress(new InetSocketAddress(listen.host(), listen.port())))
                .addService(new FloorCoordinator(others, replica))
                .addService(replica)
                .addService(new HealthStatusManager().getHealthService())
                .build();
    }

    void start() throws IOException {
        server.start();
    }

    void awaitEnd() throws InterruptedException {
        server.awaitTermination();
    }

    int port() {
        return server.getPort();
    }

    @Override
    public void close() {
        server.shutdownNow();
        channels.close();
    }
}
