package io.dotkv.gossip.rumour;

/**
 * How many rumours a node keeps, and sends in one exchange.
 *
 * @param maxTopics how many topics are kept, default 16. Each has its room for itself, so all together are bounded by
 *     the product
 * @param maxTopicSubjects how many subjects of one topic are kept, default 4,096, hard maximum
 *     {@value #HARD_MAX_TOPIC_SUBJECTS}; each takes about 300 bytes of memory beside its payload, 400 with a lifetime
 * @param maxTopicBytes how many bytes of rumours of one topic are kept, default 8 MiB
 * @param maxExchangeRumours how many rumours one exchange carries each way, default 512, hard maximum
 *     {@value #MAX_RUMOURS}
 * @param maxExchangeBytes how many bytes of rumours one exchange carries each way, default 1 MiB
 */
public record RumourSettings(
        int maxTopics, int maxTopicSubjects, long maxTopicBytes, int maxExchangeRumours, long maxExchangeBytes) {
    /** The most subjects of one topic that can be kept. */
    public static final int HARD_MAX_TOPIC_SUBJECTS = 16_384;

    /** The most rumours of one message. */
    public static final int MAX_RUMOURS = 4_096;

    /** Sixteen topics of at most 4,096 subjects and 8 MiB each; 512 rumours or 1 MiB in an exchange. */
    public static final RumourSettings DEFAULTS = new RumourSettings(16, 4_096, 8L << 20, 512, 1L << 20);

    public RumourSettings {
        if (maxTopics < 1 || maxTopicSubjects < 1 || maxExchangeRumours < 1) {
            throw new IllegalArgumentException("the numbers of the gossip settings are 1 or more");
        }
        if (maxTopicSubjects > HARD_MAX_TOPIC_SUBJECTS || maxExchangeRumours > MAX_RUMOURS) {
            throw new IllegalArgumentException("gossip keeps at most " + HARD_MAX_TOPIC_SUBJECTS
                    + " subjects of a topic and sends at most " + MAX_RUMOURS + " rumours in a message");
        }
        if (maxExchangeBytes < RumourLimits.MAX_PAYLOAD_BYTES + Rumour.MOST_OTHER_BYTES
                || maxTopicBytes < maxExchangeBytes) {
            throw new IllegalArgumentException("an exchange must hold the largest rumour, and a topic an exchange");
        }
    }
}
