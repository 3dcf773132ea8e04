package io.dotkv.launcher.connection;

import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2ConnectionHandler;
import java.net.SocketAddress;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One connection that was taken, as the first handler of its pipeline: since when it has been idle, and whether it is
 * that of another node.
 *
 * <p>Threading: the handler runs on the loop of the connection, the rest on any thread.
 */
final class OpenConnection extends ChannelInboundHandlerAdapter {
    private final Channel channel;
    private final SocketAddress from;
    private final LongSupplier nanoTime;
    private volatile long lastReadNanos;
    private volatile boolean peer;

    OpenConnection(Channel channel, LongSupplier nanoTime) {
        this.channel = channel;
        this.from = channel.remoteAddress();
        this.nanoTime = nanoTime;
        this.lastReadNanos = nanoTime.getAsLong();
    }

    SocketAddress from() {
        return from;
    }

    /** Notes that another node calls through it: it is never closed for being idle. */
    void isOfPeer() {
        peer = true;
    }

    /** How long nothing was read from a client without any call under way; negative when it must not be closed. */
    long idleNanos(long nowNanos) {
        return peer || hasCalls() ? -1 : nowNanos - lastReadNanos;
    }

    private boolean hasCalls() {
        @Nullable Http2ConnectionHandler http2 = channel.pipeline().get(Http2ConnectionHandler.class);
        return http2 != null && http2.connection().numActiveStreams() > 0;
    }

    /** Tells the client to connect anew, and closes; a call that has begun meanwhile is finished before. */
    void leave() {
        channel.eventLoop().execute(() -> {
            var _ = channel.close();
        });
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        lastReadNanos = nanoTime.getAsLong();
        context.fireChannelReadComplete();
    }
}
