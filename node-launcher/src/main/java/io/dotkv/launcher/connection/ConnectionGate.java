package io.dotkv.launcher.connection;

import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandler.Sharable;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.Optional;

/**
 * Takes or refuses each connection that is made to the port, before the server sees it. The first handler of its
 * channel.
 */
@Sharable
public final class ConnectionGate extends ChannelInboundHandlerAdapter {
    private final Connections connections;
    private final TurnedAway turnedAway;
    private final PlainHttp plainHttp;

    /**
     * A gate to a port.
     *
     * @param turnedAway counts those that are refused
     * @param plainHttp answers those that speak HTTP/1
     */
    public ConnectionGate(Connections connections, TurnedAway turnedAway, PlainHttp plainHttp) {
        this.connections = connections;
        this.turnedAway = turnedAway;
        this.plainHttp = plainHttp;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object accepted) {
        Channel channel = (Channel) accepted;
        Optional<OpenConnection> taken = connections.take(channel);
        if (taken.isEmpty()) {
            turnedAway.count(TurnedAway.Reason.TOO_MANY, channel.remoteAddress());
            channel.unsafe().closeForcibly();
            return;
        }
        channel.pipeline().addLast(taken.get(), new FirstBytes(plainHttp, turnedAway));
        context.fireChannelRead(accepted);
    }
}
