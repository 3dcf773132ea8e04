package io.dotkv.gossip;

import java.util.Arrays;
import java.util.Collection;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Rumours in the order of their positions, with hashes of ranges. A change costs O(log n). The hash of a range of the
 * first two depths is a sum over at most 256 numbers that are kept up to date; that of a deeper one is computed from the
 * rumours in it, at most about n/256.
 */
final class RangeIndex {
    private static final int BUCKET_DEPTH = 2;
    private static final int BUCKETS = SubjectRange.PARTS * SubjectRange.PARTS;
    private static final int BUCKET_SHIFT = Long.numberOfTrailingZeros(new SubjectRange(BUCKET_DEPTH, 1).first());

    private final NavigableMap<SubjectKey, Rumour> rumours = new TreeMap<>();
    private final long[] hashes = new long[BUCKETS];
    private final int[] counts = new int[BUCKETS];

    void put(Rumour rumour) {
        SubjectKey key = rumour.key();
        count(key, rumours.put(key, rumour), -1);
        count(key, rumour, 1);
    }

    void remove(SubjectKey key) {
        count(key, rumours.remove(key), -1);
    }

    private void count(SubjectKey key, @Nullable Rumour rumour, int change) {
        if (rumour != null) {
            int bucket = bucket(key.position());
            hashes[bucket] ^= Fingerprint.of(rumour);
            counts[bucket] += change;
        }
    }

    private static int bucket(long position) {
        return (int) (position >>> BUCKET_SHIFT);
    }

    Optional<Rumour> get(SubjectKey key) {
        return Optional.ofNullable(rumours.get(key));
    }

    Collection<Rumour> all() {
        return rumours.values();
    }

    int size() {
        return rumours.size();
    }

    Collection<Rumour> in(SubjectRange range) {
        return rumours.subMap(SubjectKey.before(range.first()), SubjectKey.before(range.end()))
                .values();
    }

    long hash(SubjectRange range) {
        long hash = 0;
        if (range.depth() > BUCKET_DEPTH) {
            for (Rumour rumour : in(range)) {
                hash ^= Fingerprint.of(rumour);
            }
            return hash;
        }
        for (int bucket = bucket(range.first()); bucket < bucket(range.end()); bucket++) {
            hash ^= hashes[bucket];
        }
        return hash;
    }

    int count(SubjectRange range) {
        return range.depth() > BUCKET_DEPTH
                ? in(range).size()
                : Arrays.stream(counts, bucket(range.first()), bucket(range.end()))
                        .sum();
    }
}
