package io.dotkv.storage.grpc;

import io.dotkv.kernel.ports.SeededRandom;
import io.dotkv.kernel.system.SystemClock;
import io.dotkv.kernel.system.ThreadScheduler;
import io.dotkv.storage.Storage;
import io.dotkv.storage.grpc.exchange.ExchangePorts;
import io.dotkv.storage.grpc.exchange.ExchangeSettings;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A storage service and a client of it over a real socket, with event loops and time as in production. */
final class Loopback implements AutoCloseable {
    final ManagedChannel channel;
    final RemoteStorage remote;
    private final EventLoopGroup serverLoop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final EventLoopGroup clientLoop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final ThreadScheduler scheduler =
            new ThreadScheduler("test-scheduler", (thread, failure) -> failure.printStackTrace());
    private final Storage storage;
    private final int port;
    private Server server;

    Loopback(Storage storage) throws IOException {
        this.storage = storage;
        server = serve(0);
        port = server.getPort();
        channel = NettyChannelBuilder.forAddress(
                        InetAddress.getLoopbackAddress().getHostAddress(), port)
                .channelType(NioSocketChannel.class)
                .eventLoopGroup(clientLoop)
                .directExecutor()
                .usePlaintext()
                .build();
        remote = new RemoteStorage("peer", channel, ports(clientLoop), ExchangeSettings.DEFAULT);
        await(remote::isReachable);
    }

    private Server serve(int onPort) throws IOException {
        return NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), onPort))
                .channelType(NioServerSocketChannel.class)
                .bossEventLoopGroup(serverLoop)
                .workerEventLoopGroup(serverLoop)
                .directExecutor()
                .addService(new StorageGrpcService(storage, ports(serverLoop), ExchangeSettings.DEFAULT))
                .build()
                .start();
    }

    private ExchangePorts ports(EventLoopGroup loop) {
        return new ExchangePorts(new SystemClock(), scheduler, new SeededRandom(1), loop);
    }

    void killServer() throws InterruptedException {
        server.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    }

    /** Serves on the same port again. A client that tries to reach it may hold the port itself for a moment. */
    void restartServer() {
        await(() -> {
            try {
                server = serve(port);
                return true;
            } catch (IOException taken) {
                return false;
            }
        });
    }

    /** Polls until the condition holds; fails after ten seconds. */
    static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + 10_000_000_000L;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("it did not happen within 10 seconds");
            }
            try {
                Thread.sleep(5);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted", e);
            }
        }
    }

    @Override
    public void close() {
        remote.close();
        channel.shutdownNow();
        server.shutdownNow();
        scheduler.close();
        var _ = serverLoop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        var _ = clientLoop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}
