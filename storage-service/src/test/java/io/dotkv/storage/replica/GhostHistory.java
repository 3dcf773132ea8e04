package io.dotkv.storage.replica;

import io.dotkv.kernel.Actor;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Delta;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.Key;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Knows every event that was ever issued, wherever it got to, and which of them were acknowledged to a client. */
final class GhostHistory {
    private final int quorum;
    private final Map<Dot, Event> events = new LinkedHashMap<>();
    private final Map<Key, DotSet> contexts = new TreeMap<>();
    private final Set<Dot> overwritten = new HashSet<>();
    private final Set<String> superseded = new HashSet<>();
    private final Map<Actor, Long> highest = new HashMap<>();

    /** A put or a deletion, of the plain value or of a place of another type. */
    static final class Event {
        final Dot dot;
        final Key key;
        final Bytes path;
        final boolean put;
        final List<Dot> replaced;
        final String request;
        private final Set<Integer> confirmed = new HashSet<>();
        private boolean acknowledged;
        private boolean failed;
        private boolean isVoid;

        private Event(Delta delta, List<Dot> replaced, String request) {
            this.request = request;
            this.dot = delta.events().getFirst();
            this.key = delta.key();
            this.path = delta.leaves().isEmpty()
                    ? Bytes.EMPTY
                    : delta.leaves().getFirst().path();
            this.put = !delta.leaves().isEmpty();
            this.replaced = replaced;
        }

        /** Whether it was lost with all who had it, and its boot is closed. */
        boolean isVoid() {
            return isVoid;
        }

        boolean isAcknowledged() {
            return acknowledged;
        }

        @Override
        public String toString() {
            return (put ? "put " : "delete ") + dot + " of " + key + " replacing " + replaced;
        }
    }

    /** @param quorum an event is acknowledged when so many replicas have confirmed it */
    GhostHistory(int quorum) {
        this.quorum = quorum;
    }

    Collection<Event> events() {
        return events.values();
    }

    /** The puts of a key that meet a condition. */
    List<Dot> puts(Key key, Predicate<Dot> wanted) {
        return putEvents(key, event -> wanted.test(event.dot));
    }

    /** The puts of a key that meet a condition. */
    List<Dot> putEvents(Key key, Predicate<Event> wanted) {
        return events.values().stream()
                .filter(event -> event.put && event.key.equals(key))
                .filter(wanted)
                .map(event -> event.dot)
                .toList();
    }

    void issued(Delta delta, List<Dot> replaced) {
        issued(delta, replaced, "");
    }

    /** @param request the same for all tries of one write; none for a write that is not tried again */
    void issued(Delta delta, List<Dot> replaced, String request) {
        Event event = new Event(delta, replaced, request);
        check(!events.containsKey(event.dot), "I5", () -> event.dot + " is issued a second time");
        check(
                !contexts.getOrDefault(event.key, DotSet.EMPTY).contains(event.dot),
                "I4",
                () -> event + " was covered before it was issued");
        events.put(event.dot, event);
        highest.merge(event.dot.actor(), event.dot.counter(), Math::max);
        overwritten.addAll(replaced);
        for (Dot dot : replaced) {
            Event other = events.get(dot);
            if (other != null && !other.request.equals(request)) {
                superseded.add(other.request);
            }
        }
        handedOut(delta.key(), delta.context());
    }

    /** A context for this key is in somebody's hands. */
    void handedOut(Key key, DotSet context) {
        contexts.merge(key, context, DotSet::union);
    }

    /** A host has written a row anew; what its context has covered was gone there. */
    void touched(Delta delta, List<Dot> replaced) {
        Event event = new Event(delta, replaced, "");
        check(!events.containsKey(event.dot), "I5", () -> event.dot + " is issued a second time");
        events.put(event.dot, event);
        highest.merge(event.dot.actor(), event.dot.counter(), Math::max);
        overwritten.addAll(replaced);
    }

    /** Whether the event of another write has replaced one of the tries. */
    boolean isSuperseded(String request) {
        return superseded.contains(request);
    }

    /** The events of writes that may be tried again, by write. */
    Map<String, List<Event>> requests() {
        Map<String, List<Event>> requests = new TreeMap<>();
        for (Event event : events.values()) {
            if (!event.request.isEmpty()) {
                requests.computeIfAbsent(event.request, first -> new ArrayList<>())
                        .add(event);
            }
        }
        return requests;
    }

    /**
     * All replicas have promised to take nothing of the boots before this one but the ends: everything else is void.
     */
    void closed(Actor first, DotSet ends) {
        for (Event event : events.values()) {
            boolean isFormer = event.dot.actor().node() == first.node()
                    && event.dot.actor().boot() < first.boot();
            if (isFormer && !ends.contains(event.dot)) {
                check(!event.acknowledged, "F", () -> event + " was acknowledged and is declared void");
                event.isVoid = true;
            }
        }
    }

    boolean isOverwritten(Dot dot) {
        return overwritten.contains(dot);
    }

    /** The highest counter that an actor has issued. */
    long highest(Actor actor) {
        return highest.getOrDefault(actor, 0L);
    }

    void confirmed(Dot dot, int node) {
        Event event = events.get(dot);
        if (event != null && !event.failed) {
            event.confirmed.add(node);
            event.acknowledged |= event.confirmed.size() >= quorum;
        }
    }

    /**
     * A node has lost writes. Requests that it had confirmed and that are still under way fail: they do not outlive the
     * time that a node takes to start and to catch up.
     */
    void lostWrites(int node) {
        for (Event event : events.values()) {
            event.failed |= !event.acknowledged && event.confirmed.contains(node);
        }
    }

    /** How often each thing happened: for reports. */
    Map<String, Long> counts() {
        Map<String, Long> counts = new HashMap<>();
        counts.put("events", (long) events.size());
        counts.put(
                "acknowledged",
                events.values().stream().filter(Event::isAcknowledged).count());
        return counts;
    }

    static void check(boolean holds, String invariant, Supplier<String> message) {
        if (!holds) {
            throw new AssertionError(invariant + ": " + message.get());
        }
    }
}
