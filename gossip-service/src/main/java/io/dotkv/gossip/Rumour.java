package io.dotkv.gossip;

import io.dotkv.kernel.Bytes;

/**
 * The current payload of one subject. One that is over a limit cannot be made.
 *
 * @param topic a namespace of subjects
 * @param subject what the payload is about
 * @param payload the state of the subject
 * @param version newer replaces older
 */
public record Rumour(String topic, String subject, Bytes payload, Version version) {
    private static final int OVERHEAD_BYTES = 64;

    public Rumour {
        Limits.checkSubject(topic, subject);
        Limits.checkPayload(payload);
    }

    SubjectKey key() {
        return new SubjectKey(topic, subject);
    }

    /** What it counts against the limits: about its size in memory and in messages. */
    long sizeBytes() {
        return payload.length() + 2L * (topic.length() + subject.length()) + OVERHEAD_BYTES;
    }
}
