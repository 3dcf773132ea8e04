package io.dotkv.launcher.node;

import io.dotkv.launcher.client.Endpoint;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** One channel for each address that this process talks to, made when it is first asked for. Any thread. */
final class PeerChannels implements AutoCloseable {
    private static final int KEEP_ALIVE_SECONDS = 10;
    private static final int KEEP_ALIVE_TIMEOUT_SECONDS = 5;
    /** More than a round trip between two nodes takes; after a cut has healed a try that it swallowed costs as much. */
    private static final int CONNECT_TIMEOUT_MILLIS = 250;

    private final Map<String, ManagedChannel> channels = new ConcurrentHashMap<>();
    private final EventLoopGroup loops;
    private final Class<? extends Channel> channelType;
    private final WireCompression compression;

    PeerChannels(EventLoops loops, WireCompression compression) {
        this.compression = compression;
        this.loops = loops.workers();
        this.channelType = loops.channelType();
    }

    ManagedChannel to(String address) {
        return channels.computeIfAbsent(address, this::open);
    }

    private ManagedChannel open(String address) {
        Endpoint endpoint = Endpoint.parse(address);
        // Not forTarget: brackets of an IPv6 address are no part of a target's path.
        return NettyChannelBuilder.forAddress(endpoint.host(), endpoint.port())
                .usePlaintext()
                .eventLoopGroup(loops)
                .channelType(channelType)
                .directExecutor()
                .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
                .maxInboundMessageSize(NodeServer.MAX_MESSAGE_BYTES)
                .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
                .keepAliveTimeout(KEEP_ALIVE_TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .keepAliveWithoutCalls(false)
                .disableRetry()
                .intercept(compression.ofCalls())
                .build();
    }

    @Override
    public void close() {
        channels.values().forEach(ManagedChannel::shutdownNow);
    }
}
