package io.dotkv.gossip.grpc;

import io.dotkv.gossip.GossipExchange;
import io.dotkv.gossip.GossipExchangeAnswer;

/** How long the messages of the gossip layer are on the wire, without the frames of gRPC. */
public final class GossipWire {
    private GossipWire() {}

    /** The request. */
    public static int sizeBytes(GossipExchange exchange) {
        return GossipCodec.encode(exchange).getSerializedSize();
    }

    /** The answer. */
    public static int sizeBytes(GossipExchangeAnswer answer) {
        return GossipCodec.encode(answer).getSerializedSize();
    }
}
