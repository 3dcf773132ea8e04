package io.dotkv.simulation;

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
import java.util.TreeMap;

/** What really happened: every dot that was ever given out, and what clients were told of their writes. */
final class History {
    private final Partitioning partitioning;
    private final Map<PartitionId, Map<Dot, Issue>> issues = new TreeMap<>();
    private final Map<Key, List<Issue>> byKey = new TreeMap<>();
    private final Map<String, List<Issue>> byRequest = new TreeMap<>();
    private final Map<Key, List<ClientWrite>> writes = new TreeMap<>();

    History(int partitions) {
        this.partitioning = new Partitioning(partitions);
    }

    PartitionId partitionOf(Key key) {
        return partitioning.partitionOf(key);
    }

    void add(Issue issue) {
        issues.computeIfAbsent(issue.partition(), first -> new TreeMap<>()).putIfAbsent(issue.dot(), issue);
        byKey.computeIfAbsent(issue.key(), first -> new ArrayList<>()).add(issue);
        byRequest.computeIfAbsent(issue.requestId(), first -> new ArrayList<>()).add(issue);
    }

    void add(ClientWrite write) {
        writes.computeIfAbsent(write.key(), first -> new ArrayList<>()).add(write);
    }

    /** The event of a dot. */
    Optional<Issue> issue(PartitionId partition, Dot dot) {
        return Optional.ofNullable(issues.getOrDefault(partition, Map.of()).get(dot));
    }

    Optional<Issue> issue(Key key, Dot dot) {
        return issue(partitionOf(key), dot);
    }

    /** All events of a key. */
    List<Issue> of(Key key) {
        return byKey.getOrDefault(key, List.of());
    }

    /** The events of a request. */
    List<Issue> of(String requestId) {
        return byRequest.getOrDefault(requestId, List.of());
    }

    Collection<Key> keys() {
        return writes.keySet();
    }

    List<ClientWrite> writes(Key key) {
        return writes.getOrDefault(key, List.of());
    }

    /** Whether some other event of the key replaced or deleted what that dot wrote. */
    boolean isReplaced(Key key, Dot dot) {
        return of(key).stream().anyMatch(issue -> issue.covers(dot));
    }

    static boolean shows(Collection<Leaf> values, Dot dot) {
        return values.stream().anyMatch(leaf -> leaf.dot().equals(dot));
    }
}
