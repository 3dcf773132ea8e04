package io.dotkv.gossip;

/** Which version somebody has of a subject. */
public record DigestEntry(String topic, String subject, Version version) {
    public DigestEntry {
        Limits.checkSubject(topic, subject);
    }

    SubjectKey key() {
        return new SubjectKey(topic, subject);
    }
}
