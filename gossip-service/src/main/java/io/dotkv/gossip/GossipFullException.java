package io.dotkv.gossip;

/** There is no room for one more subject. Nothing was done; subjects that are already known can still be published. */
public final class GossipFullException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public GossipFullException(String message) {
        super(message);
    }
}
