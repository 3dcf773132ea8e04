package io.dotkv.gossip.grpc;

import io.dotkv.gossip.Exchange;
import io.dotkv.gossip.ExchangeAnswer;

/** How long the messages of the gossip layer are on the wire, without the frames of gRPC. */
public final class GossipWire {
    private GossipWire() {}

    /** The request. */
    public static int sizeBytes(Exchange exchange) {
        return GossipCodec.encode(exchange).getSerializedSize();
    }

    /** The answer. */
    public static int sizeBytes(ExchangeAnswer answer) {
        return GossipCodec.encode(answer).getSerializedSize();
    }
}
