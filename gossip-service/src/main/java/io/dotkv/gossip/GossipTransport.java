package io.dotkv.gossip;

import java.util.concurrent.CompletionStage;

/** The way to peers. A port: carried out over gRPC, and by the simulator. */
public interface GossipTransport {
    /**
     * Sends one exchange and gives the answer.
     *
     * @return completes on any thread, within about the timeout; fails, with whatever, when there was no answer
     */
    CompletionStage<GossipExchangeAnswer> exchange(Peer peer, GossipExchange exchange, long timeoutNanos);
}
