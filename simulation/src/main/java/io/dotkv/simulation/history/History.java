package io.dotkv.simulation.history;

import io.dotkv.kernel.Dot;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.PartitionId;
import io.dotkv.storage.Partitioning;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What really happened: every dot that was ever given out, and what clients were told of their writes. */
public final class History {
    private final Partitioning partitioning;
    private final int losses;
    private final Map<PartitionId, Map<Dot, IssuedDot>> issues = new TreeMap<>();
    private final Map<Key, List<IssuedDot>> byKey = new TreeMap<>();
    private final Map<Key, Set<Dot>> replaced = new TreeMap<>();
    private final Map<String, List<IssuedDot>> byRequest = new TreeMap<>();
    private final Set<Key> keys = new TreeSet<>();
    private final Map<Key, List<ClientWrite>> additions = new TreeMap<>();
    private final Map<Key, List<ClientWrite>> promised = new TreeMap<>();
    private final ClosedBoots closedBoots = new ClosedBoots();

    /** @param losses how many replicas may lose what they have before the others have it again */
    public History(int partitions, int losses) {
        this.partitioning = new Partitioning(partitions);
        this.losses = losses;
    }

    public PartitionId partitionOf(Key key) {
        return partitioning.partitionOf(key);
    }

    public void add(IssuedDot issue) {
        Map<Dot, IssuedDot> ofPartition = issues.computeIfAbsent(issue.partition(), first -> new TreeMap<>());
        issue.delta().events().forEach(dot -> ofPartition.putIfAbsent(dot, issue));
        List<IssuedDot> ofKey = byKey.computeIfAbsent(issue.key(), first -> new ArrayList<>());
        Set<Dot> gone = replaced.computeIfAbsent(issue.key(), first -> new TreeSet<>());
        for (IssuedDot other : ofKey) {
            if (issue.covers(other.dot())) {
                gone.add(other.dot());
            }
            if (other.covers(issue.dot())) {
                gone.add(issue.dot());
            }
        }
        ofKey.add(issue);
        byRequest.computeIfAbsent(issue.requestId(), first -> new ArrayList<>()).add(issue);
    }

    public void add(ClientWrite write) {
        if (write.additions().isEmpty()) {
            keys.add(write.key());
        } else {
            additions.computeIfAbsent(write.key(), first -> new ArrayList<>()).add(write);
        }
        if (write.dot().isPresent() && write.required() > losses) {
            promised.computeIfAbsent(write.key(), first -> new ArrayList<>()).add(write);
        }
    }

    /** The event of a dot. */
    public Optional<IssuedDot> issue(PartitionId partition, Dot dot) {
        return Optional.ofNullable(issues.getOrDefault(partition, Map.of()).get(dot));
    }

    public Optional<IssuedDot> issue(Key key, Dot dot) {
        return issue(partitionOf(key), dot);
    }

    /** All events of a key. */
    public List<IssuedDot> of(Key key) {
        return byKey.getOrDefault(key, List.of());
    }

    /** The events of a request. */
    public List<IssuedDot> of(String requestId) {
        return byRequest.getOrDefault(requestId, List.of());
    }

    /** The keys that were written, but for those of counters. */
    public Collection<Key> keys() {
        return keys;
    }

    /** The keys that were written. */
    public Collection<Key> allKeys() {
        Set<Key> all = new TreeSet<>(keys);
        all.addAll(additions.keySet());
        return all;
    }

    /** The additions to counters that have ended, by key. */
    public Map<Key, List<ClientWrite>> additions() {
        return additions;
    }

    /** How many writes got events of several tries. */
    public long doubled() {
        return byRequest.values().stream().filter(tries -> tries.size() > 1).count();
    }

    /** How many replicas may lose what they have before the others have it again. */
    public int losses() {
        return losses;
    }

    public ClosedBoots closedBoots() {
        return closedBoots;
    }

    /** The writes of a key that were acknowledged by more replicas than may lose them. */
    public List<ClientWrite> promised(Key key) {
        return promised.getOrDefault(key, List.of());
    }

    /**
     * Whether some other event of the key replaced or deleted what that dot wrote, or what another try of the same
     * request wrote: then the request is superseded.
     */
    public boolean isReplaced(Key key, Dot dot) {
        return replaced.getOrDefault(key, Set.of()).contains(dot)
                || issue(key, dot).map(this::isSuperseded).orElse(false);
    }

    /** Whether an event of another request has replaced what another try of the same request wrote. */
    boolean isSuperseded(IssuedDot issue) {
        return of(issue.requestId()).stream()
                .filter(other -> !other.dot().equals(issue.dot()) && other.key().equals(issue.key()))
                .anyMatch(other -> of(issue.key()).stream()
                        .anyMatch(later -> !later.requestId().equals(issue.requestId()) && later.covers(other.dot())));
    }

    /** How an answer is older than one that showed, or made, these events; empty when it is not. */
    public Optional<String> goesBack(Key key, Collection<Dot> seen, Collection<Leaf> values) {
        for (Dot dot : seen) {
            Optional<IssuedDot> issue = issue(key, dot);
            if (issue.isPresent() && issue.get().isPut() && !showsValueOf(key, values, dot) && !isReplaced(key, dot)) {
                return Optional.of("without " + dot + ", which nothing has replaced");
            }
            for (Leaf leaf : values) {
                if (issue.isPresent() && issue.get().covers(leaf.dot())) {
                    return Optional.of("with " + leaf.dot() + ", which " + dot + " covers");
                }
            }
        }
        return Optional.empty();
    }

    /** Whether an answer shows what that dot wrote: as itself, or as an equal value that was written concurrently. */
    public boolean showsValueOf(Key key, Collection<Leaf> values, Dot dot) {
        return shows(values, dot)
                || issue(key, dot).map(IssuedDot::delta).stream()
                        .flatMap(delta -> delta.leaves().stream())
                        .anyMatch(written ->
                                values.stream().anyMatch(leaf -> leaf.payload().equals(written.payload())));
    }

    public static boolean shows(Collection<Leaf> values, Dot dot) {
        return values.stream().anyMatch(leaf -> leaf.dot().equals(dot));
    }
}
