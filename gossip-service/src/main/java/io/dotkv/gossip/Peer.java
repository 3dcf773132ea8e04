package io.dotkv.gossip;

/**
 * A node to gossip with.
 *
 * @param name unique among the peers
 * @param address {@code host:port} of its gossip layer
 */
public record Peer(String name, String address) {}
