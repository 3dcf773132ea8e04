package io.dotkv.gossip;

/**
 * How the gossip layer behaves. {@link #defaults} is right for clusters of a few to a thousand nodes.
 *
 * @param self the name under which this node publishes, unique among the peers; 1 to {@value Limits#MAX_NAME_CHARS}
 *     characters
 * @param roundNanos time between rounds while there is news, default 200 ms. News reaches n nodes in about log2(n) rounds;
 *     halving it doubles the messages while there is news. Without news there are no rounds
 * @param fanout how many random peers hear the news of a round, default 3
 * @param compareNanos average time between two comparisons with a random peer, default 10 s; the longest time for which a
 *     lost rumour stays lost is a small multiple. A comparison of equals costs one hash, whatever they have
 * @param exchangeTimeoutNanos deadline of one exchange, default 1 s
 * @param maxTopics how many topics are kept, default 16. Each has its room for itself, so all together are bounded by the
 *     product
 * @param maxTopicSubjects how many subjects of one topic are kept, default 4,096, hard maximum
 *     {@value #HARD_MAX_TOPIC_SUBJECTS}; each takes about 300 bytes of memory beside its payload, 400 with a lifetime
 * @param maxTopicBytes how many bytes of rumours of one topic are kept, default 8 MiB
 * @param maxExchangeRumours how many rumours one exchange carries each way, default 512
 * @param maxExchangeBytes how many bytes of rumours one exchange carries each way, default 1 MiB
 */
public record GossipSettings(
        String self,
        long roundNanos,
        int fanout,
        long compareNanos,
        long exchangeTimeoutNanos,
        int maxTopics,
        int maxTopicSubjects,
        long maxTopicBytes,
        int maxExchangeRumours,
        long maxExchangeBytes) {
    /** The most subjects of one topic that can be kept. */
    public static final int HARD_MAX_TOPIC_SUBJECTS = 16_384;

    private static final long MILLI = 1_000_000;

    public GossipSettings {
        Limits.checkName(self);
        if (roundNanos <= 0 || compareNanos <= 0 || exchangeTimeoutNanos <= 0) {
            throw new IllegalArgumentException("the times of the gossip settings are more than 0");
        }
        if (fanout < 1 || maxTopics < 1 || maxTopicSubjects < 1 || maxExchangeRumours < 1) {
            throw new IllegalArgumentException("the numbers of the gossip settings are 1 or more");
        }
        if (maxTopicSubjects > HARD_MAX_TOPIC_SUBJECTS || maxExchangeRumours > Exchange.MAX_RUMOURS) {
            throw new IllegalArgumentException("gossip keeps at most " + HARD_MAX_TOPIC_SUBJECTS
                    + " subjects of a topic and sends at most " + Exchange.MAX_RUMOURS + " rumours in a message");
        }
        if (maxExchangeBytes < Gossip.MAX_PAYLOAD_BYTES + Rumour.MOST_OTHER_BYTES || maxTopicBytes < maxExchangeBytes) {
            throw new IllegalArgumentException("an exchange must hold the largest rumour, and a topic an exchange");
        }
    }

    /** The defaults for a node of that name. */
    public static GossipSettings defaults(String self) {
        return new GossipSettings(
                self, 200 * MILLI, 3, 10_000 * MILLI, 1_000 * MILLI, 16, 4_096, 8L << 20, 512, 1L << 20);
    }
}
