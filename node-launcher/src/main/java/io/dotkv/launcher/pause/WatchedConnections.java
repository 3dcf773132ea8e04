package io.dotkv.launcher.pause;

import io.dotkv.kernel.ports.Clock;
import io.grpc.netty.shaded.io.grpc.netty.GrpcHttp2ConnectionHandler;
import io.grpc.netty.shaded.io.grpc.netty.InternalProtocolNegotiator;
import io.grpc.netty.shaded.io.grpc.netty.InternalProtocolNegotiators;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandler;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Exception;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2FrameListener;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Settings;
import io.grpc.netty.shaded.io.netty.util.AsciiString;
import java.net.SocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The connections of a server, found by the address of the client. Each listens to the frames of HTTP/2 for the answers
 * to the pings that {@link PausableConnection} sends. The transport offers no other way to them than its negotiator of
 * protocols.
 */
public final class WatchedConnections implements InternalProtocolNegotiator.ProtocolNegotiator {
    /** Tells the pings from those of the transport. */
    private static final long MARK = 0x646f746b_00000000L;

    private final InternalProtocolNegotiator.ProtocolNegotiator plaintext =
            InternalProtocolNegotiators.serverPlaintext();
    private final Map<SocketAddress, PausableConnection> connections = new ConcurrentHashMap<>();
    private final ProcessPauses absences;
    private final Clock clock;

    /** Of a server without connections. */
    public WatchedConnections(ProcessPauses absences, Clock clock) {
        this.absences = absences;
        this.clock = clock;
    }

    @Nullable
    PausableConnection of(SocketAddress client) {
        return connections.get(client);
    }

    @Override
    public AsciiString scheme() {
        return plaintext.scheme();
    }

    @Override
    public ChannelHandler newHandler(GrpcHttp2ConnectionHandler http2) {
        http2.decoder().frameListener(new Listener(http2, http2.decoder().frameListener()));
        return plaintext.newHandler(http2);
    }

    @Override
    public void close() {
        plaintext.close();
    }

    /** Makes the connection known at its first frame, and takes the answers to its pings. */
    private final class Listener extends Http2FrameListenerDecorator {
        private final GrpcHttp2ConnectionHandler http2;
        private @Nullable PausableConnection connection;

        Listener(GrpcHttp2ConnectionHandler http2, Http2FrameListener transport) {
            super(transport);
            this.http2 = http2;
        }

        @Override
        public void onSettingsRead(ChannelHandlerContext context, Http2Settings settings) throws Http2Exception {
            if (connection == null) {
                PausableConnection made = new PausableConnection(absences, clock, number -> ping(context, number));
                connection = made;
                SocketAddress client = context.channel().remoteAddress();
                if (client != null) {
                    connections.put(client, made);
                    var _ = context.channel().closeFuture().addListener(closed -> connections.remove(client, made));
                }
            }
            super.onSettingsRead(context, settings);
        }

        private void ping(ChannelHandlerContext context, long number) {
            var _ = http2.encoder().writePing(context, false, MARK | (number & 0xffff_ffffL), context.newPromise());
            context.flush();
        }

        @Override
        public void onPingAckRead(ChannelHandlerContext context, long data) throws Http2Exception {
            PausableConnection asking = connection;
            if (asking != null && (data & 0xffff_ffff_0000_0000L) == MARK) {
                asking.answered(data & 0xffff_ffffL);
            } else {
                super.onPingAckRead(context, data);
            }
        }
    }
}
