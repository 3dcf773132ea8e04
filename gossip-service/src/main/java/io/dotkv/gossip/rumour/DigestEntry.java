package io.dotkv.gossip.rumour;

/** Which version somebody has of a subject. */
public record DigestEntry(String topic, String subject, Version version) {
    public DigestEntry {
        RumourLimits.checkSubject(topic, subject);
    }

    static DigestEntry of(Rumour rumour) {
        return new DigestEntry(rumour.topic(), rumour.subject(), rumour.version());
    }

    SubjectKey key() {
        return SubjectKey.of(topic, subject);
    }
}
