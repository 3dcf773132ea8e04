package io.dotkv.gossip.grpc;

import io.dotkv.gossip.GossipExchange;
import io.dotkv.gossip.GossipExchangeAnswer;
import io.dotkv.gossip.GossipTransport;
import io.dotkv.gossip.Peer;
import io.dotkv.proto.gossip.v1.ExchangeResponse;
import io.dotkv.proto.gossip.v1.GossipServiceGrpc;
import io.dotkv.proto.gossip.v1.GossipServiceGrpc.GossipServiceStub;
import io.dotkv.wire.ConnectBackoff;
import io.dotkv.wire.UnaryReply;
import io.grpc.Channel;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Carries exchanges to peers over gRPC. Any thread. */
public final class GrpcGossipTransport implements GossipTransport {
    private final Function<String, Channel> channels;

    /** @param channels gives the channel to a {@code host:port}; the launcher owns and closes it */
    public GrpcGossipTransport(Function<String, Channel> channels) {
        this.channels = channels;
    }

    @Override
    public CompletionStage<GossipExchangeAnswer> exchange(Peer peer, GossipExchange exchange, long timeoutNanos) {
        Channel channel = channels.apply(peer.address());
        ConnectBackoff.reset(channel);
        UnaryReply<ExchangeResponse, GossipExchangeAnswer> reply = new UnaryReply<>(GossipCodec::decode, failure -> {
            throw GossipStatus.failure(failure);
        });
        return reply.send(
                GossipServiceGrpc.newStub(channel),
                timeoutNanos,
                GossipServiceStub::exchange,
                GossipCodec.encode(exchange));
    }
}
