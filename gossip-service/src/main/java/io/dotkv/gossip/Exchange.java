package io.dotkv.gossip;

import java.util.List;
import java.util.Optional;

/**
 * What one node tells another in one message.
 *
 * @param sender the teller's name
 * @param rumours news
 * @param digest when digests are compared: every subject that the sender has
 */
public record Exchange(String sender, List<Rumour> rumours, Optional<List<DigestEntry>> digest) {
    public Exchange {
        Limits.checkName(sender);
        rumours = List.copyOf(rumours);
        digest = digest.map(List::copyOf);
        if (rumours.size() > GossipSettings.HARD_MAX_SUBJECTS
                || digest.map(List::size).orElse(0) > GossipSettings.HARD_MAX_SUBJECTS) {
            throw new IllegalArgumentException(
                    "an exchange has at most " + GossipSettings.HARD_MAX_SUBJECTS + " rumours and digest entries");
        }
    }
}
