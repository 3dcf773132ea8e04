package io.dotkv.replication.world;

import io.dotkv.kernel.Delta;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.PartitionId;
import io.dotkv.kernel.Row;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What really happened: every event that a storage ever issued, and every write that was acknowledged. */
public final class History {
    private final Map<PartitionId, Map<Dot, Delta>> issued = new HashMap<>();
    private final Set<String> requestIds = new HashSet<>();
    private final List<Acknowledged> acknowledged = new ArrayList<>();

    /** A write that a client was told is durable. */
    public record Acknowledged(PartitionId partition, Key key, Dot dot, boolean byMajority) {}

    void issued(PartitionId partition, String requestId, Delta delta) {
        if (!requestIds.add(requestId)) {
            throw new AssertionError("request " + requestId + " was given a second dot");
        }
        Dot dot = delta.events().getFirst();
        Delta before =
                issued.computeIfAbsent(partition, first -> new HashMap<>()).put(dot, delta);
        if (before != null) {
            throw new AssertionError("dot " + dot + " of partition " + partition + " was issued twice");
        }
    }

    /** A client was told that its write is durable. */
    public void acknowledge(PartitionId partition, Key key, Dot dot, boolean byMajority) {
        acknowledged.add(new Acknowledged(partition, key, dot, byMajority));
    }

    /** All writes that have been acknowledged so far. */
    public List<Acknowledged> acknowledged() {
        return List.copyOf(acknowledged);
    }

    /** How many events were issued. */
    public int issuedCount() {
        return issued.values().stream().mapToInt(Map::size).sum();
    }

    /** Fails unless the row shows the write, or knows it to be replaced by a write that saw it. */
    public void assertShows(Row row, Acknowledged write) {
        if (row.leaves().stream().anyMatch(leaf -> leaf.dot().equals(write.dot()))) {
            return;
        }
        boolean isPut = !delta(write.partition(), write.dot()).leaves().isEmpty();
        if (!row.context().contains(write.dot())) {
            throw new AssertionError("acknowledged write " + write + " is not known to " + row);
        }
        if (isPut && !isReplaced(write)) {
            throw new AssertionError("acknowledged write " + write + " vanished from " + row);
        }
    }

    /** Fails unless the row is exactly what the events that the clock names say together. */
    public void assertIsWhatEventsSay(PartitionId partition, Key key, Row row, DotSet clock) {
        List<Dot> alive = new ArrayList<>();
        Map<Dot, Delta> all = issued.getOrDefault(partition, Map.of());
        all.forEach((dot, delta) -> {
            boolean dead = all.entrySet().stream()
                    .anyMatch(other -> !other.getKey().equals(dot)
                            && clock.contains(other.getKey())
                            && other.getValue().key().equals(key)
                            && other.getValue().context().contains(dot));
            if (delta.key().equals(key) && !delta.leaves().isEmpty() && clock.contains(dot) && !dead) {
                alive.add(dot);
            }
        });
        List<Dot> shown = row.leaves().stream().map(leaf -> leaf.dot()).toList();
        if (!alive.stream().sorted().toList().equals(shown)) {
            throw new AssertionError("key " + key + " shows " + shown + " and the events say " + alive);
        }
    }

    private boolean isReplaced(Acknowledged write) {
        return issued.getOrDefault(write.partition(), Map.of()).values().stream()
                .anyMatch(other -> other.key().equals(write.key())
                        && !other.events().contains(write.dot())
                        && other.context().contains(write.dot()));
    }

    private Delta delta(PartitionId partition, Dot dot) {
        Delta delta = issued.getOrDefault(partition, Map.of()).get(dot);
        if (delta == null) {
            throw new AssertionError("dot " + dot + " was acknowledged and never issued");
        }
        return delta;
    }
}
