package io.dotkv.gossip;

import java.util.Comparator;

/**
 * Orders the publications of one subject, also of several publishers: by generation, then sequence, then publisher.
 *
 * @param generation when the publisher started, in milliseconds since 1970, strictly larger at each start
 * @param sequence counts the publications of that start, from 1
 * @param publisher the publisher's name
 */
public record Version(long generation, long sequence, String publisher) implements Comparable<Version> {
    private static final Comparator<Version> ORDER = Comparator.comparingLong(Version::generation)
            .thenComparingLong(Version::sequence)
            .thenComparing(Version::publisher);

    @Override
    public int compareTo(Version other) {
        return ORDER.compare(this, other);
    }
}
