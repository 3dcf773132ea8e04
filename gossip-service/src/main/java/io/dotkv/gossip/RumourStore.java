package io.dotkv.gossip;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The newest rumour of every subject, bounded in topics, subjects and bytes. What does not fit is refused; nothing is
 * ever pushed out, because what was pushed out would come back with the next comparison of digests.
 */
final class RumourStore {
    /** What became of a rumour. */
    enum Offer {
        /** It is the newest of its subject now. */
        TAKEN,
        /** The same or a newer one was there. */
        OLD,
        /** There is no room. */
        FULL
    }

    private final GossipSettings settings;
    private final NavigableMap<SubjectKey, Rumour> rumours = new TreeMap<>();
    private final Map<String, Integer> subjectsByTopic = new HashMap<>();
    private long storedBytes;

    RumourStore(GossipSettings settings) {
        this.settings = settings;
    }

    Offer offer(Rumour rumour) {
        Optional<Rumour> known = get(rumour.key());
        if (known.isPresent() && known.get().version().compareTo(rumour.version()) >= 0) {
            return Offer.OLD;
        }
        long growthBytes = rumour.sizeBytes() - known.map(Rumour::sizeBytes).orElse(0L);
        if (storedBytes + growthBytes > settings.maxStoredBytes() || (known.isEmpty() && !roomFor(rumour.topic()))) {
            return Offer.FULL;
        }
        storedBytes += growthBytes;
        if (known.isEmpty()) {
            subjectsByTopic.merge(rumour.topic(), 1, Integer::sum);
        }
        rumours.put(rumour.key(), rumour);
        return Offer.TAKEN;
    }

    private boolean roomFor(String topic) {
        return rumours.size() < settings.maxSubjects()
                && (subjectsByTopic.containsKey(topic) || subjectsByTopic.size() < settings.maxTopics());
    }

    Optional<Rumour> get(SubjectKey key) {
        return Optional.ofNullable(rumours.get(key));
    }

    List<Rumour> ofTopic(String topic) {
        List<Rumour> found = new ArrayList<>();
        for (Rumour rumour : rumours.tailMap(new SubjectKey(topic, ""), true).values()) {
            if (!rumour.topic().equals(topic)) {
                break;
            }
            found.add(rumour);
        }
        return found;
    }

    Iterable<Rumour> all() {
        return rumours.values();
    }

    List<DigestEntry> digest() {
        return rumours.values().stream()
                .map(rumour -> new DigestEntry(rumour.topic(), rumour.subject(), rumour.version()))
                .toList();
    }

    int topics() {
        return subjectsByTopic.size();
    }

    int subjects() {
        return rumours.size();
    }

    long storedBytes() {
        return storedBytes;
    }
}
