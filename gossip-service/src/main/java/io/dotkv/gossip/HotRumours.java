package io.dotkv.gossip;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The subjects that are still news, with how often each was sent. A rumour cools down after {@code 3·log2(n+1) + 2} sends
 * in a cluster of n, which reaches everybody with high probability; those sent least go first, so that fresh news does
 * not wait behind old news.
 *
 * <p>Source: A. Demers et al., <i>Epidemic Algorithms for Replicated Database Maintenance</i>, PODC 1987, section 1.4
 * (rumour mongering, blind, counter); the count as in SWIM (A. Das et al., 2002, section 4.1).
 */
final class HotRumours {
    private final NavigableMap<SubjectKey, Integer> sends = new TreeMap<>();

    /** The subject has news. */
    void heat(SubjectKey key) {
        sends.put(key, 0);
    }

    boolean isEmpty() {
        return sends.isEmpty();
    }

    int size() {
        return sends.size();
    }

    /** What fits into the batch, least sent first; counts each as sent once more and forgets what has been sent enough. */
    Batch fill(Batch batch, RumourStore store, int clusterSize) {
        List<Map.Entry<SubjectKey, Integer>> order = new ArrayList<>(sends.entrySet());
        order.sort(Comparator.comparingInt(Map.Entry::getValue));
        int limit = sendLimit(clusterSize);
        for (Map.Entry<SubjectKey, Integer> entry : order) {
            SubjectKey key = entry.getKey();
            boolean sent = store.get(key).map(batch::add).orElse(false);
            if (!sent) {
                break;
            }
            int count = entry.getValue() + 1;
            if (count >= limit) {
                sends.remove(key);
            } else {
                sends.put(key, count);
            }
        }
        return batch;
    }

    /** How often a rumour is sent in a cluster of that size. */
    static int sendLimit(int clusterSize) {
        int log2 = 32 - Integer.numberOfLeadingZeros(clusterSize);
        return 3 * log2 + 2;
    }
}
