package io.dotkv.gossip.rumour;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The newest rumour of every subject that has not lapsed. Each topic has room of its own, in subjects and in bytes, so
 * that nothing published under one topic takes it from another. What does not fit is refused; nothing is ever pushed
 * out, because what was pushed out would come back with the next comparison.
 */
public final class RumourStore {
    /** What became of a rumour. */
    public enum Offer {
        /** It is the newest of its subject now. */
        TAKEN,
        /** The same or a newer one was there. */
        OLD,
        /** Its lifetime is over. */
        LAPSED,
        /** There is no room. */
        FULL
    }

    private final RumourSettings settings;
    private final RangeIndex index = new RangeIndex();
    private final NavigableSet<Lapse> lapses = new TreeSet<>();
    private final Map<String, Room> rooms = new HashMap<>();
    private long storedBytes;

    /** What is kept of one topic. */
    private static final class Room {
        private int subjects;
        private long sizeBytes;
    }

    private record Lapse(long atMillis, SubjectKey key) implements Comparable<Lapse> {
        private static final Comparator<Lapse> ORDER =
                Comparator.comparingLong(Lapse::atMillis).thenComparing(Lapse::key);

        @Override
        public int compareTo(Lapse other) {
            return ORDER.compare(this, other);
        }
    }

    public RumourStore(RumourSettings settings) {
        this.settings = settings;
    }

    public Offer offer(Rumour rumour, long nowMillis) {
        if (rumour.lapsesAtMillis() <= nowMillis) {
            return Offer.LAPSED;
        }
        Optional<Rumour> known = get(rumour.key());
        if (known.isPresent() && known.get().version().compareTo(rumour.version()) >= 0) {
            return Offer.OLD;
        }
        long growthBytes = rumour.sizeBytes() - known.map(Rumour::sizeBytes).orElse(0L);
        if (!hasRoom(rumour.topic(), known.isPresent() ? 0 : 1, growthBytes)) {
            return Offer.FULL;
        }
        known.ifPresent(this::remove);
        add(rumour);
        return Offer.TAKEN;
    }

    private boolean hasRoom(String topic, int moreSubjects, long moreBytes) {
        Room room = rooms.get(topic);
        if (room == null) {
            return rooms.size() < settings.maxTopics() && moreBytes <= settings.maxTopicBytes();
        }
        return room.subjects + moreSubjects <= settings.maxTopicSubjects()
                && room.sizeBytes + moreBytes <= settings.maxTopicBytes();
    }

    private void add(Rumour rumour) {
        index.put(rumour);
        count(rumour, 1);
        if (rumour.lapsesAtMillis() != Rumour.NEVER) {
            lapses.add(new Lapse(rumour.lapsesAtMillis(), rumour.key()));
        }
    }

    private void remove(Rumour rumour) {
        index.remove(rumour.key());
        count(rumour, -1);
        lapses.remove(new Lapse(rumour.lapsesAtMillis(), rumour.key()));
    }

    private void count(Rumour rumour, int sign) {
        Room room = rooms.computeIfAbsent(rumour.topic(), topic -> new Room());
        room.subjects += sign;
        room.sizeBytes += sign * rumour.sizeBytes();
        storedBytes += sign * rumour.sizeBytes();
        if (room.subjects == 0) {
            rooms.remove(rumour.topic());
        }
    }

    /** Forgets the subjects whose lifetime is over, and gives their names. */
    public List<SubjectKey> lapse(long nowMillis) {
        List<SubjectKey> gone = new ArrayList<>();
        while (!lapses.isEmpty() && lapses.first().atMillis() <= nowMillis) {
            SubjectKey key = lapses.first().key();
            get(key).ifPresent(this::remove);
            gone.add(key);
        }
        return gone;
    }

    public Optional<Rumour> get(SubjectKey key) {
        return index.get(key);
    }

    /** Whether that version is newer than what is here, and there is room for it. */
    boolean lacks(DigestEntry entry) {
        Optional<Rumour> known = get(entry.key());
        return known.map(rumour -> rumour.version().compareTo(entry.version()) < 0)
                .orElseGet(() -> hasRoom(entry.topic(), 1, 0));
    }

    public List<Rumour> ofTopic(String topic) {
        return index.all().stream()
                .filter(rumour -> rumour.topic().equals(topic))
                .toList();
    }

    public RangeIndex index() {
        return index;
    }

    public int topics() {
        return rooms.size();
    }

    public int subjects() {
        return index.size();
    }

    public long storedBytes() {
        return storedBytes;
    }
}
