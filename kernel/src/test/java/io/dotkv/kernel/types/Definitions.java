package io.dotkv.kernel.types;

import io.dotkv.kernel.Bytes;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** What each type shows, said of the events that wrote something and that no other event has ended. */
final class Definitions {
    private static final Comparator<Event> NEWEST_FIRST =
            Comparator.comparing(Event::time).thenComparing(Event::dot).reversed();

    private Definitions() {}

    /** The content of a key, given the events in force. */
    static Content content(List<Event> events) {
        return content(events, 0);
    }

    private static Content content(List<Event> events, int depth) {
        List<Event> here = events.stream()
                .filter(event -> event.step().place().fields().size() == depth)
                .toList();
        return new Content(
                payloads(of(here, DataType.REGISTER)),
                payloads(of(here, DataType.LAST_WRITE)).stream().findFirst(),
                counter(of(here, DataType.COUNTER)),
                elements(of(here, DataType.ADD_WINS_SET)),
                removeWins(of(here, DataType.REMOVE_WINS_SET)),
                of(here, DataType.ENABLE_WINS_FLAG).isEmpty() ? Optional.empty() : Optional.of(true),
                of(here, DataType.DISABLE_WINS_FLAG).isEmpty() ? Optional.empty() : Optional.of(false),
                fields(events, depth));
    }

    private static SortedMap<Bytes, Content> fields(List<Event> events, int depth) {
        SortedMap<Bytes, Content> fields = new TreeMap<>();
        for (Event event : events) {
            if (event.step().place().fields().size() > depth) {
                Bytes field = event.step().place().fields().get(depth);
                List<Event> inside = events.stream()
                        .filter(other -> other.step().place().fields().size() > depth
                                && other.step().place().fields().get(depth).equals(field))
                        .toList();
                Content content = content(inside, depth + 1);
                if (!content.isEmpty()) {
                    fields.put(field, content);
                }
            }
        }
        return fields;
    }

    private static List<Event> of(List<Event> events, DataType type) {
        return events.stream()
                .filter(event -> event.step().place().type() == type)
                .toList();
    }

    private static List<Bytes> payloads(List<Event> puts) {
        return puts.stream()
                .sorted(NEWEST_FIRST)
                .map(event -> payload(event.step().change()))
                .toList();
    }

    private static Bytes payload(TypeChange change) {
        return change instanceof TypeChange.PutBeside(Bytes value) ? value : ((TypeChange.Put) change).value();
    }

    private static OptionalLong counter(List<Event> increases) {
        return increases.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(increases.stream().mapToLong(Event::amount).sum());
    }

    private static SortedSet<Bytes> elements(List<Event> events) {
        SortedSet<Bytes> elements = new TreeSet<>();
        events.forEach(event -> elements.add(event.element()));
        return elements;
    }

    private static SortedSet<Bytes> removeWins(List<Event> events) {
        SortedSet<Bytes> elements = elements(events);
        events.stream()
                .filter(event -> event.step().change() instanceof TypeChange.Remove)
                .forEach(event -> elements.remove(event.element()));
        return elements;
    }
}
