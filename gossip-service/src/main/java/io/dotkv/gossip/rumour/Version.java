package io.dotkv.gossip.rumour;

/**
 * Orders the publications of one subject, also of several publishers: by generation, then sequence, then publisher.
 *
 * @param generation when the publisher started, in milliseconds since 1970, strictly larger at each start
 * @param sequence counts the publications of that start, from 1
 * @param publisher the publisher's name
 */
public record Version(long generation, long sequence, String publisher) implements Comparable<Version> {
    /** The largest generation and sequence; far beyond what clocks and counters reach, and room to grow by one. */
    public static final long MAX_NUMBER = 1L << 52;

    public Version {
        if (generation < 0 || generation > MAX_NUMBER || sequence < 0 || sequence > MAX_NUMBER) {
            throw new IllegalArgumentException("a version's generation and sequence are 0 to " + MAX_NUMBER + ", not "
                    + generation + " and " + sequence);
        }
        RumourLimits.checkName(publisher);
    }

    @Override
    public int compareTo(Version other) {
        // By hand and not by a chain of comparators: it is done for each rumour that comes in.
        if (generation != other.generation) {
            return Long.compare(generation, other.generation);
        }
        return sequence != other.sequence
                ? Long.compare(sequence, other.sequence)
                : publisher.compareTo(other.publisher);
    }
}
