package io.dotkv.gossip;

import io.dotkv.gossip.rumour.RumourLimits;
import io.dotkv.gossip.rumour.RumourSettings;

/**
 * How the gossip layer behaves. {@link #defaults} is right for clusters of a few to a thousand nodes.
 *
 * @param self the name under which this node publishes, unique among the peers; 1 to
 *     {@value RumourLimits#MAX_NAME_CHARS} characters
 * @param fanout how many random peers hear the news of a round, default 3
 */
public record GossipSettings(String self, int fanout, Timing timing, RumourSettings rumours) {
    private static final long MILLI = 1_000_000;

    public GossipSettings {
        RumourLimits.checkName(self);
        if (fanout < 1) {
            throw new IllegalArgumentException("the fanout of gossip is 1 or more");
        }
    }

    /**
     * When gossip is sent.
     *
     * @param roundNanos time between rounds while there is news, default 200 ms. News reaches n nodes in about log2(n)
     *     rounds; halving it doubles the messages while there is news. Without news there are no rounds
     * @param compareNanos average time between two comparisons with a random peer, default 10 s; the longest time for
     *     which a lost rumour stays lost is a small multiple. A comparison of equals costs one hash, whatever they have
     * @param exchangeTimeoutNanos deadline of one exchange, default 1 s
     */
    public record Timing(long roundNanos, long compareNanos, long exchangeTimeoutNanos) {
        public Timing {
            if (roundNanos <= 0 || compareNanos <= 0 || exchangeTimeoutNanos <= 0) {
                throw new IllegalArgumentException("the times of the gossip settings are more than 0");
            }
        }
    }

    /** The defaults for a node of that name. */
    public static GossipSettings defaults(String self) {
        return new GossipSettings(
                self, 3, new Timing(200 * MILLI, 10_000 * MILLI, 1_000 * MILLI), RumourSettings.DEFAULTS);
    }
}
