package io.dotkv.gossip;

import io.dotkv.kernel.Bytes;

/** What a name, topic, subject, payload and version may be. Each check refuses with a sentence. */
final class Limits {
    static final int MAX_NAME_CHARS = 256;
    static final int MAX_TOPIC_CHARS = 128;
    static final int MAX_SUBJECT_CHARS = 256;

    private Limits() {}

    static void checkName(String name) {
        checkLength("the name of a node", name, MAX_NAME_CHARS);
    }

    static void checkTopic(String topic) {
        checkLength("a topic", topic, MAX_TOPIC_CHARS);
    }

    static void checkSubject(String topic, String subject) {
        checkTopic(topic);
        checkLength("a subject", subject, MAX_SUBJECT_CHARS);
    }

    static void checkPayload(Bytes payload) {
        if (payload.length() > Gossip.MAX_PAYLOAD_BYTES) {
            throw new IllegalArgumentException(
                    "a payload has at most " + Gossip.MAX_PAYLOAD_BYTES + " bytes, this one has " + payload.length());
        }
    }

    private static void checkLength(String what, String text, int maxChars) {
        if (text.isEmpty() || text.length() > maxChars) {
            throw new IllegalArgumentException(
                    what + " has 1 to " + maxChars + " characters, this one " + text.length());
        }
    }
}
