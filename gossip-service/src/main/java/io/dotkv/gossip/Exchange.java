package io.dotkv.gossip;

import java.util.List;

/**
 * What one node tells another in one message.
 *
 * @param sender the teller's name
 * @param rumours news
 * @param digest what is to be compared
 */
public record Exchange(String sender, List<Rumour> rumours, Digest digest) {
    /** The most rumours in a message. */
    public static final int MAX_RUMOURS = 4_096;

    public Exchange {
        Limits.checkName(sender);
        rumours = List.copyOf(rumours);
        Limits.checkCount("rumours", rumours.size(), MAX_RUMOURS);
    }
}
