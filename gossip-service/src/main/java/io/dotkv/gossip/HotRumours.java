package io.dotkv.gossip;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * The subjects that are still news, with how often each was sent. A rumour cools down after {@code 3·log2(n+1) + 2} sends
 * in a cluster of n, which reaches everybody with high probability; those sent least go first, so that fresh news does
 * not wait behind old news. Filling a message costs as much as the message holds, however many subjects are hot.
 *
 * <p>Source: A. Demers et al., <i>Epidemic Algorithms for Replicated Database Maintenance</i>, PODC 1987, section 1.4
 * (rumour mongering, blind, counter); the count as in SWIM (A. Das et al., 2002, section 4.1).
 */
final class HotRumours {
    private final Map<SubjectKey, Integer> sends = new HashMap<>();
    /* Without empty sets: a set keeps the room of its largest crowd. */
    private final NavigableMap<Integer, Set<SubjectKey>> bySends = new TreeMap<>();

    /** The subject has news. */
    void heat(SubjectKey key) {
        cool(key);
        put(key, 0);
    }

    /** The subject is no news any more. */
    void cool(SubjectKey key) {
        Integer count = sends.remove(key);
        if (count != null) {
            bySends.computeIfPresent(count, (times, keys) -> keys.remove(key) && keys.isEmpty() ? null : keys);
        }
    }

    private void put(SubjectKey key, int count) {
        bySends.computeIfAbsent(count, times -> new LinkedHashSet<>()).add(key);
        sends.put(key, count);
    }

    boolean isEmpty() {
        return sends.isEmpty();
    }

    int size() {
        return sends.size();
    }

    /**
     * What fits into the batch, least sent first; counts each as sent once more and forgets what has been sent enough. The
     * store has every hot subject.
     */
    Batch fill(Batch batch, RumourStore store, int clusterSize) {
        int limit = sendLimit(clusterSize);
        for (SubjectKey key : leastSentThatFit(batch, store)) {
            int count = sends.getOrDefault(key, 0) + 1;
            cool(key);
            if (count < limit) {
                put(key, count);
            }
        }
        return batch;
    }

    private List<SubjectKey> leastSentThatFit(Batch batch, RumourStore store) {
        List<SubjectKey> chosen = new ArrayList<>();
        for (Set<SubjectKey> keys : bySends.values()) {
            for (SubjectKey key : keys) {
                if (!batch.add(store.get(key).orElseThrow())) {
                    return chosen;
                }
                chosen.add(key);
            }
        }
        return chosen;
    }

    /** How often a rumour is sent in a cluster of that size. */
    static int sendLimit(int clusterSize) {
        int log2 = 32 - Integer.numberOfLeadingZeros(clusterSize);
        return 3 * log2 + 2;
    }
}
