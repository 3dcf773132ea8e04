package io.dotkv.cluster;

import java.util.Optional;

/** {@code host:port} of each layer of a member; empty where that layer does not run for it. */
public record Addresses(
        Optional<String> storage, Optional<String> gossip, Optional<String> cluster, Optional<String> replication) {}
