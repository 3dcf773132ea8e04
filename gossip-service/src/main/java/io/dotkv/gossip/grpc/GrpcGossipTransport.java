package io.dotkv.gossip.grpc;

import io.dotkv.gossip.GossipExchange;
import io.dotkv.gossip.GossipExchangeAnswer;
import io.dotkv.gossip.GossipTransport;
import io.dotkv.gossip.Peer;
import io.dotkv.proto.gossip.v1.ExchangeResponse;
import io.dotkv.proto.gossip.v1.GossipServiceGrpc;
import io.grpc.Channel;
import io.grpc.Context;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
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
        Impatience.connectNow(channel);
        Reply<ExchangeResponse> reply = new Reply<>();
        // Not in the context of a call that is being answered here, whose end would cancel this one.
        Context.ROOT.run(() -> GossipServiceGrpc.newStub(channel)
                .withDeadlineAfter(timeoutNanos, TimeUnit.NANOSECONDS)
                .exchange(GossipCodec.encode(exchange), reply));
        return reply.thenApply(GossipCodec::decode);
    }
}
