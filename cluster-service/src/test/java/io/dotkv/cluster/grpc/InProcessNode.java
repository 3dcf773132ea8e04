package io.dotkv.cluster.grpc;

import io.dotkv.cluster.Addresses;
import io.dotkv.cluster.ClusterPorts;
import io.dotkv.cluster.ClusterSettings;
import io.dotkv.cluster.ClusterStore;
import io.dotkv.cluster.local.LocalCluster;
import io.dotkv.gossip.GenerationStore;
import io.dotkv.gossip.GossipPorts;
import io.dotkv.gossip.GossipSettings;
import io.dotkv.gossip.LocalGossip;
import io.dotkv.gossip.grpc.GossipGrpcService;
import io.dotkv.gossip.grpc.GrpcGossipTransport;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.ports.SeededRandom;
import io.dotkv.kernel.system.SystemClock;
import io.dotkv.kernel.system.ThreadScheduler;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** A node with real gossip and cluster layers, scheduler and clock, that is reached by gRPC within the process. */
final class InProcessNode implements AutoCloseable {
    private final Map<String, ManagedChannel> channels = new ConcurrentHashMap<>();
    private final CompletableFuture<String> fatal = new CompletableFuture<>();
    private final ThreadScheduler scheduler;
    private final LocalGossip gossip;
    private final LocalCluster cluster;
    private final String address;
    private Server server;

    InProcessNode(String name, String address, List<String> seeds, int expect, ClusterStore store) throws IOException {
        this.address = address;
        this.scheduler = new ThreadScheduler(name, (thread, failure) -> fatal.complete(failure.toString()));
        SystemClock clock = new SystemClock();
        SeededRandom random = new SeededRandom(name.hashCode());
        this.gossip = new LocalGossip(
                GossipSettings.defaults(name),
                new GossipPorts(
                        new GrpcGossipTransport(this::channel),
                        GenerationStore.inMemory(),
                        clock,
                        scheduler,
                        random.fork()));
        Addresses addresses =
                new Addresses(Optional.empty(), Optional.of(address), Optional.of(address), Optional.empty());
        this.cluster = new LocalCluster(
                ClusterSettings.defaults(new NodeId(name), addresses, seeds, expect),
                new ClusterPorts(
                        store,
                        gossip,
                        new GrpcClusterTransport(this::channel, Runnable::run),
                        new ProtoMemberFormat(),
                        clock,
                        scheduler,
                        random.fork(),
                        InProcessNode::secureBytes),
                fatal::complete);
        this.server = listen();
        gossip.start();
        cluster.start();
    }

    private static byte[] secureBytes(int count) {
        byte[] bytes = new byte[count];
        new SecureRandom().nextBytes(bytes);
        return bytes;
    }

    private Server listen() throws IOException {
        return InProcessServerBuilder.forName(address)
                .directExecutor()
                .addService(new ClusterGrpcService(cluster, cluster, new SystemClock()))
                .addService(new GossipGrpcService(gossip))
                .build()
                .start();
    }

    /** A channel from this node; closed with it. */
    Channel channel(String target) {
        return channels.computeIfAbsent(
                target, to -> InProcessChannelBuilder.forName(to).build());
    }

    LocalCluster cluster() {
        return cluster;
    }

    ThreadScheduler scheduler() {
        return scheduler;
    }

    CompletableFuture<String> fatal() {
        return fatal;
    }

    /** The server goes away for a moment, and with it every connection. */
    void restartServer() throws Exception {
        server.shutdownNow().awaitTermination();
        server = listen();
    }

    @Override
    public void close() {
        cluster.close();
        server.shutdownNow();
        gossip.close();
        channels.values().forEach(ManagedChannel::shutdownNow);
        scheduler.close();
    }
}
