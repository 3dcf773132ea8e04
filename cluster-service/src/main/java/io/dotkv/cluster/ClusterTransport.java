package io.dotkv.cluster;

import java.util.List;
import java.util.concurrent.CompletionStage;

/** The way to other nodes. A port: carried out over gRPC, and by the simulator. */
public interface ClusterTransport {
    /**
     * The cluster layer at an address. Every call on it completes, on any thread, within about the timeout.
     *
     * @param address {@code host:port}
     */
    ClusterPeer at(String address, long timeoutNanos);

    /**
     * The addresses that a seed stands for: one {@code host:port} for each address that its host name has.
     *
     * @return completes on any thread, within a few seconds; fails when the name is not known
     */
    CompletionStage<List<String>> resolve(String seed);
}
