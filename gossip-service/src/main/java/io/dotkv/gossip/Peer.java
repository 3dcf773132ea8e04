package io.dotkv.gossip;

import io.dotkv.gossip.rumour.RumourLimits;

/**
 * A node to gossip with.
 *
 * @param name unique among the peers
 * @param address {@code host:port} of its gossip layer
 */
public record Peer(String name, String address) {
    private static final int MAX_ADDRESS_CHARS = 300;

    public Peer {
        RumourLimits.checkName(name);
        if (address.isEmpty() || address.length() > MAX_ADDRESS_CHARS) {
            throw new IllegalArgumentException("the address of peer " + name + " has 1 to " + MAX_ADDRESS_CHARS
                    + " characters, this one " + address.length());
        }
    }
}
