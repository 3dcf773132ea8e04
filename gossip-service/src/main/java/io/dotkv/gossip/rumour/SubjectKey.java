package io.dotkv.gossip.rumour;

/**
 * Names a subject within its topic. Ordered by its position, a hash of the name, so that whatever names people choose,
 * any range of positions holds about its share of the subjects.
 *
 * @param position from 0 to 2^60 - 1; follows from topic and subject
 */
public record SubjectKey(long position, String topic, String subject) implements Comparable<SubjectKey> {
    public static SubjectKey of(String topic, String subject) {
        return new SubjectKey(Fingerprint.position(topic, subject), topic, subject);
    }

    /** Not a subject; it stands before all subjects of that position. */
    static SubjectKey before(long position) {
        return new SubjectKey(position, "", "");
    }

    @Override
    public int compareTo(SubjectKey other) {
        // By hand and not by a chain of comparators: it is the inner loop of every look-up.
        if (position != other.position) {
            return Long.compare(position, other.position);
        }
        int byTopic = topic.compareTo(other.topic);
        return byTopic != 0 ? byTopic : subject.compareTo(other.subject);
    }
}
