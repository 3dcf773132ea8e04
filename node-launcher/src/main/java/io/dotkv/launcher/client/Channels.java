package io.dotkv.launcher.client;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.Epoll;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollIoHandler;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollServerSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import io.grpc.netty.shaded.io.netty.util.internal.logging.InternalLoggerFactory;
import io.grpc.netty.shaded.io.netty.util.internal.logging.JdkLoggerFactory;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * One connection to each endpoint that is used, all served by one event-loop thread. Callbacks run on that thread and
 * never block it.
 *
 * <p>Threading: any thread.
 */
public final class Channels implements AutoCloseable {
    /** The largest message that a call takes, and what it tells the node. */
    public static final int MAX_ANSWER_BYTES = 64 << 20;

    private static final int CONNECT_TIMEOUT_MILLIS = 2_000;
    private static final long CLOSE_MILLIS = 500;

    /** So long the loop takes what a channel that was not closed in time still hands to it. */
    private static final long QUIET_MILLIS = 200;

    /** Held, because a logger that nobody holds forgets its level. */
    private static final Logger GRPC = Logger.getLogger("io.grpc");

    private final Map<Endpoint, ManagedChannel> open = new LinkedHashMap<>();
    private final EventLoopGroup loop;

    /** No connection yet. */
    public Channels() {
        // What they warn of, such as a name that nobody knows, is said in a sentence where the call fails.
        InternalLoggerFactory.setDefaultFactory(JdkLoggerFactory.INSTANCE);
        GRPC.setLevel(Level.SEVERE);
        loop = new MultiThreadIoEventLoopGroup(
                1, Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    }

    /** The connection to an endpoint; made at its first call. */
    public synchronized ManagedChannel to(Endpoint endpoint) {
        return open.computeIfAbsent(endpoint, this::connect);
    }

    /** The event-loop thread, for timers and for work that has to stay on it. */
    public ScheduledExecutorService loop() {
        return loop;
    }

    private ManagedChannel connect(Endpoint endpoint) {
        return NettyChannelBuilder.forAddress(endpoint.host(), endpoint.port())
                .usePlaintext()
                .directExecutor()
                .eventLoopGroup(loop)
                .channelType(Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class)
                .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
                .maxInboundMessageSize(MAX_ANSWER_BYTES)
                .disableRetry()
                .build();
    }

    /** Makes a server run on the same thread, too. */
    public NettyServerBuilder serve(NettyServerBuilder server) {
        return server.directExecutor()
                .bossEventLoopGroup(loop)
                .workerEventLoopGroup(loop)
                .channelType(Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class);
    }

    /** A loop must not end before what runs on it. */
    private static void awaitEnd(ManagedChannel channel) {
        try {
            var _ = channel.awaitTermination(CLOSE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public synchronized void close() {
        open.values().forEach(ManagedChannel::shutdownNow);
        open.values().forEach(Channels::awaitEnd);
        var _ = loop.shutdownGracefully(QUIET_MILLIS, 2_000, TimeUnit.MILLISECONDS);
    }
}
