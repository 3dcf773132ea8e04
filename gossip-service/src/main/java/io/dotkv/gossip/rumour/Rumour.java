package io.dotkv.gossip.rumour;

import io.dotkv.kernel.Bytes;

/**
 * The current payload of one subject. One that is over a limit cannot be made.
 *
 * @param topic a namespace of subjects
 * @param subject what the payload is about
 * @param payload the state of the subject
 * @param version newer replaces older
 * @param lapsesAtMillis when every node forgets the subject unless a newer rumour comes, in milliseconds since 1970;
 *     {@link #NEVER} for one that is kept
 */
public record Rumour(String topic, String subject, Bytes payload, Version version, long lapsesAtMillis) {
    /** The end of a lifetime that does not end. */
    public static final long NEVER = Long.MAX_VALUE;

    private static final int OVERHEAD_BYTES = 64;

    /** The most that {@link #sizeBytes} gives beside the payload. */
    public static final int MOST_OTHER_BYTES =
            OVERHEAD_BYTES + 2 * (RumourLimits.MAX_TOPIC_CHARS + RumourLimits.MAX_SUBJECT_CHARS);

    public Rumour {
        RumourLimits.checkSubject(topic, subject);
        RumourLimits.checkPayload(payload);
        if (lapsesAtMillis <= 0) {
            throw new IllegalArgumentException("a rumour lapses after 1970 or never, not at " + lapsesAtMillis + " ms");
        }
    }

    public SubjectKey key() {
        return SubjectKey.of(topic, subject);
    }

    /** What it counts against the limits: about its size in memory and in messages. */
    public long sizeBytes() {
        return payload.length() + 2L * (topic.length() + subject.length()) + OVERHEAD_BYTES;
    }
}
