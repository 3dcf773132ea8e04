package io.dotkv.gossip.rumour;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Rumours in the order of their positions, with hashes of ranges. They stand in 256 buckets, the ranges of the first
 * two depths, so that looking one up or changing it costs O(log(n/256)). The hash of such a range is a sum over at most
 * 256 numbers that are kept up to date; that of a deeper one is computed from the rumours in it, at most about n/256.
 */
public final class RangeIndex {
    private static final int BUCKET_DEPTH = 2;
    private static final int BUCKETS = SubjectRange.PARTS * SubjectRange.PARTS;
    private static final int BUCKET_SHIFT = Long.numberOfTrailingZeros(new SubjectRange(BUCKET_DEPTH, 1).first());

    private final List<NavigableMap<SubjectKey, Rumour>> buckets = new ArrayList<>();
    private final long[] hashes = new long[BUCKETS];
    private final int[] counts = new int[BUCKETS];

    private int size;

    RangeIndex() {
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            buckets.add(new TreeMap<>());
        }
    }

    void put(Rumour rumour) {
        SubjectKey key = rumour.key();
        count(key, bucketOf(key).put(key, rumour), -1);
        count(key, rumour, 1);
    }

    void remove(SubjectKey key) {
        count(key, bucketOf(key).remove(key), -1);
    }

    private void count(SubjectKey key, @Nullable Rumour rumour, int change) {
        if (rumour != null) {
            int bucket = bucket(key.position());
            hashes[bucket] ^= Fingerprint.of(rumour);
            counts[bucket] += change;
            size += change;
        }
    }

    private NavigableMap<SubjectKey, Rumour> bucketOf(SubjectKey key) {
        return buckets.get(bucket(key.position()));
    }

    private static int bucket(long position) {
        return (int) (position >>> BUCKET_SHIFT);
    }

    Optional<Rumour> get(SubjectKey key) {
        return Optional.ofNullable(bucketOf(key).get(key));
    }

    Collection<Rumour> all() {
        return in(SubjectRange.ALL);
    }

    int size() {
        return size;
    }

    Collection<Rumour> in(SubjectRange range) {
        if (range.depth() > BUCKET_DEPTH) {
            return buckets.get(bucket(range.first()))
                    .subMap(SubjectKey.before(range.first()), SubjectKey.before(range.end()))
                    .values();
        }
        List<Rumour> all = new ArrayList<>();
        buckets.subList(bucket(range.first()), bucket(range.end())).forEach(bucket -> all.addAll(bucket.values()));
        return all;
    }

    public long hash(SubjectRange range) {
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
