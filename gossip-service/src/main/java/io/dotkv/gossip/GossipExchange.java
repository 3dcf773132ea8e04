package io.dotkv.gossip;

import io.dotkv.gossip.rumour.Digest;
import io.dotkv.gossip.rumour.Rumour;
import io.dotkv.gossip.rumour.RumourLimits;
import io.dotkv.gossip.rumour.RumourSettings;
import java.util.List;

/**
 * What one node tells another in one message.
 *
 * @param sender the teller's name
 * @param rumours news
 * @param digest what is to be compared
 */
public record GossipExchange(String sender, List<Rumour> rumours, Digest digest) {
    public GossipExchange {
        RumourLimits.checkName(sender);
        rumours = List.copyOf(rumours);
        RumourLimits.checkCount("rumours", rumours.size(), RumourSettings.MAX_RUMOURS);
    }
}
