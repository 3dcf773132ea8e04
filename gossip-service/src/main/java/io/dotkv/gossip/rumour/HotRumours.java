package io.dotkv.gossip.rumour;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The subjects that are still news, with how often each was sent. A rumour cools down after {@code 3·log2(n+1) + 2}
 * sends in a cluster of n, which reaches everybody with high probability; those sent least go first, so that fresh news
 * does not wait behind old news. Filling a message costs as much as the message holds, however many subjects are hot.
 *
 * <p>Source: A. Demers et al., <i>Epidemic Algorithms for Replicated Database Maintenance</i>, PODC 1987, section 1.4
 * (rumour mongering, blind, counter); the count as in SWIM (A. Das et al., 2002, section 4.1).
 */
public final class HotRumours {
    private final Map<SubjectKey, Integer> sends = new HashMap<>();
    /* Without empty maps: a map keeps the room of its largest crowd. */
    private final NavigableMap<Integer, Map<SubjectKey, Rumour>> bySends = new TreeMap<>();

    /** This is news of its subject. */
    public void heat(Rumour rumour) {
        SubjectKey key = rumour.key();
        cool(key);
        put(key, rumour, 0);
    }

    /** The subject is no news any more. */
    public void cool(SubjectKey key) {
        Integer count = sends.remove(key);
        if (count != null) {
            bySends.computeIfPresent(count, (times, rumours) -> {
                rumours.remove(key);
                return rumours.isEmpty() ? null : rumours;
            });
        }
    }

    private void put(SubjectKey key, Rumour rumour, int count) {
        bySends.computeIfAbsent(count, times -> new LinkedHashMap<>()).put(key, rumour);
        sends.put(key, count);
    }

    public boolean isEmpty() {
        return sends.isEmpty();
    }

    public int size() {
        return sends.size();
    }

    /**
     * What fits into the batch, least sent first; counts each as sent once more and forgets what has been sent enough.
     */
    public RumourBatch fill(RumourBatch batch, int clusterSize) {
        int limit = sendLimit(clusterSize);
        leastSentThatFit(batch).forEach((key, rumour) -> {
            int count = sends.getOrDefault(key, 0) + 1;
            cool(key);
            if (count < limit) {
                put(key, rumour, count);
            }
        });
        return batch;
    }

    private Map<SubjectKey, Rumour> leastSentThatFit(RumourBatch batch) {
        Map<SubjectKey, Rumour> chosen = new LinkedHashMap<>();
        for (Map<SubjectKey, Rumour> rumours : bySends.values()) {
            for (Map.Entry<SubjectKey, Rumour> hot : rumours.entrySet()) {
                if (!batch.add(hot.getValue())) {
                    return chosen;
                }
                chosen.put(hot.getKey(), hot.getValue());
            }
        }
        return chosen;
    }

    /** How often a rumour is sent in a cluster of that size. */
    public static int sendLimit(int clusterSize) {
        int log2 = 32 - Integer.numberOfLeadingZeros(clusterSize);
        return 3 * log2 + 2;
    }
}
