package io.dotkv.gossip.rumour;

import io.dotkv.kernel.Bytes;
import java.time.Duration;

/** What a name, topic, subject, payload, lifetime and list may be. Each check refuses with a sentence. */
public final class RumourLimits {
    /** The most bytes a payload may have. */
    public static final int MAX_PAYLOAD_BYTES = 64 * 1024;

    /** The shortest lifetime of a subject. */
    public static final Duration MIN_LIFETIME = Duration.ofSeconds(1);

    /** The longest lifetime of a subject that has one. */
    public static final Duration MAX_LIFETIME = Duration.ofDays(7);

    static final int MAX_NAME_CHARS = 256;
    static final int MAX_TOPIC_CHARS = 128;
    static final int MAX_SUBJECT_CHARS = 256;

    private RumourLimits() {}

    public static void checkName(String name) {
        checkLength("the name of a node", name, MAX_NAME_CHARS);
    }

    public static void checkTopic(String topic) {
        checkLength("a topic", topic, MAX_TOPIC_CHARS);
    }

    public static void checkSubject(String topic, String subject) {
        checkTopic(topic);
        checkLength("a subject", subject, MAX_SUBJECT_CHARS);
    }

    static void checkPayload(Bytes payload) {
        if (payload.length() > MAX_PAYLOAD_BYTES) {
            throw new IllegalArgumentException(
                    "a payload has at most " + MAX_PAYLOAD_BYTES + " bytes, this one has " + payload.length());
        }
    }

    public static void checkLifetime(Duration lifetime) {
        if (lifetime.compareTo(MIN_LIFETIME) < 0 || lifetime.compareTo(MAX_LIFETIME) > 0) {
            throw new IllegalArgumentException("a lifetime is " + MIN_LIFETIME.toSeconds() + " to "
                    + MAX_LIFETIME.toSeconds() + " seconds, this one " + lifetime.toMillis() + " ms");
        }
    }

    public static void checkCount(String what, int count, int max) {
        if (count > max) {
            throw new IllegalArgumentException("a message has at most " + max + " " + what + ", this one " + count);
        }
    }

    private static void checkLength(String what, String text, int maxChars) {
        if (text.isEmpty() || text.length() > maxChars) {
            throw new IllegalArgumentException(
                    what + " has 1 to " + maxChars + " characters, this one " + text.length());
        }
        if (hasHalfOfAPair(text)) {
            throw new IllegalArgumentException(what + " is Unicode text without halves of surrogate pairs");
        }
    }

    /* A message would carry something else in its place, and two nodes would never agree on what they have. */
    private static boolean hasHalfOfAPair(String text) {
        int next = 0;
        while (next < text.length()) {
            int codePoint = text.codePointAt(next);
            if (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) {
                return true;
            }
            next += Character.charCount(codePoint);
        }
        return false;
    }
}
