package io.dotkv.gossip;

import java.util.Comparator;

/** Names a subject within its topic. Ordered by topic, so that a topic is a range. */
record SubjectKey(String topic, String subject) implements Comparable<SubjectKey> {
    private static final Comparator<SubjectKey> ORDER =
            Comparator.comparing(SubjectKey::topic).thenComparing(SubjectKey::subject);

    @Override
    public int compareTo(SubjectKey other) {
        return ORDER.compare(this, other);
    }
}
