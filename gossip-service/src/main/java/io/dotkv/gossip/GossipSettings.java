package io.dotkv.gossip;

/**
 * How the gossip layer behaves. {@link #defaults} is right for clusters of a few to a few hundred nodes.
 *
 * @param self the name under which this node publishes, unique among the peers; 1 to {@value Limits#MAX_NAME_CHARS}
 *     characters
 * @param roundNanos time between rounds, default 200 ms. News reaches n nodes in about log2(n) rounds; halving it doubles
 *     the messages while there is news. Without news a round costs nothing
 * @param fanout how many random peers hear the news of a round, default 3
 * @param compareNanos average time between two comparisons of digests with a random peer, default 10 s; the longest time
 *     for which a lost rumour stays lost is a small multiple. A comparison costs about 60 bytes per subject
 * @param exchangeTimeoutNanos deadline of one exchange, default 1 s
 * @param maxTopics how many topics are kept, default 64
 * @param maxSubjects how many subjects are kept over all topics, default and hard maximum {@value #HARD_MAX_SUBJECTS}, so
 *     that a digest fits into one message
 * @param maxStoredBytes how many bytes of rumours are kept, default 64 MiB
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
        int maxSubjects,
        long maxStoredBytes,
        int maxExchangeRumours,
        long maxExchangeBytes) {
    /** The most subjects that can be kept. */
    public static final int HARD_MAX_SUBJECTS = 4_096;

    private static final long MILLI = 1_000_000;

    public GossipSettings {
        Limits.checkName(self);
        if (roundNanos <= 0 || compareNanos <= 0 || exchangeTimeoutNanos <= 0) {
            throw new IllegalArgumentException("the times of the gossip settings are more than 0");
        }
        if (fanout < 1 || maxTopics < 1 || maxSubjects < 1 || maxExchangeRumours < 1) {
            throw new IllegalArgumentException("the numbers of the gossip settings are 1 or more");
        }
        if (maxSubjects > HARD_MAX_SUBJECTS || maxExchangeRumours > HARD_MAX_SUBJECTS) {
            throw new IllegalArgumentException("gossip keeps and sends at most " + HARD_MAX_SUBJECTS + " subjects");
        }
        if (maxExchangeBytes < Gossip.MAX_PAYLOAD_BYTES || maxStoredBytes < maxExchangeBytes) {
            throw new IllegalArgumentException("an exchange must hold the largest payload, and the store an exchange");
        }
    }

    /** The defaults for a node of that name. */
    public static GossipSettings defaults(String self) {
        return new GossipSettings(
                self, 200 * MILLI, 3, 10_000 * MILLI, 1_000 * MILLI, 64, HARD_MAX_SUBJECTS, 64L << 20, 512, 1L << 20);
    }
}
