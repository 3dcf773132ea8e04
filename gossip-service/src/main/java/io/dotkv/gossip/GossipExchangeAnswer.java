package io.dotkv.gossip;

import io.dotkv.gossip.rumour.Digest;
import io.dotkv.gossip.rumour.Rumour;
import io.dotkv.gossip.rumour.RumourLimits;
import io.dotkv.gossip.rumour.RumourSettings;
import java.util.List;

/**
 * The answer to an {@link GossipExchange}.
 *
 * @param rumours what the asking node lacks, as far as it fits
 * @param digest what is still to be compared
 * @param refused whether a rumour of the exchange was refused, because there is no room or its lifetime is over by the
 *     answering node's clock; to send the same again is in vain
 */
public record GossipExchangeAnswer(List<Rumour> rumours, Digest digest, boolean refused) {
    /** Nothing to tell, nothing to compare. */
    public static final GossipExchangeAnswer NOTHING = new GossipExchangeAnswer(List.of(), Digest.NOTHING, false);

    public GossipExchangeAnswer {
        rumours = List.copyOf(rumours);
        RumourLimits.checkCount("rumours", rumours.size(), RumourSettings.MAX_RUMOURS);
    }
}
