package io.dotkv.replication.explain;

import io.dotkv.kernel.Dot;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.PartitionId;
import io.dotkv.kernel.Row;
import io.dotkv.kernel.types.Content;
import io.dotkv.kernel.types.DataType;
import io.dotkv.replication.ExplainResult;
import io.dotkv.replication.ExplainResult.Copy;
import io.dotkv.replication.ExplainResult.Held;
import io.dotkv.replication.ExplainResult.Placed;
import io.dotkv.replication.ExplainResult.Unknown;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/**
 * Compares what the replicas of one key have and says what follows. A value that a replica has not got is either
 * covered by its context, then it knows that the value was replaced or deleted, or it is not, then the write has not
 * reached it.
 *
 * <p>One thread at a time.
 */
final class Explanation {
    private final PartitionId partition;
    private final IntFunction<String> nameOf;
    private final Map<NodeId, Row> rows = new LinkedHashMap<>();
    private final Map<NodeId, Boolean> votes = new TreeMap<>();
    private final Map<NodeId, String> troubles = new TreeMap<>();
    private final List<NodeId> replicas;

    /**
     * @param replicas the nodes of the key, in the order of the layout
     * @param nameOf the name of the node with a number
     */
    Explanation(PartitionId partition, List<NodeId> replicas, IntFunction<String> nameOf) {
        this.partition = partition;
        this.replicas = List.copyOf(replicas);
        this.nameOf = nameOf;
    }

    /** A replica has shown its row, as it exports it. */
    void has(NodeId node, Row row, boolean isVoting) {
        rows.put(node, row);
        votes.put(node, isVoting);
    }

    /** A replica has not answered. */
    void isUnknown(NodeId node, String trouble) {
        troubles.put(node, trouble);
    }

    /** What is known by now. */
    ExplainResult.Explained result() {
        List<Copy> copies = replicas.stream().map(this::copy).toList();
        Map<Boolean, List<Leaf>> all = leavesByPlainness();
        List<Leaf> plain = all.getOrDefault(true, List.of());
        List<Leaf> typed = all.getOrDefault(false, List.of());
        List<Placed> values = placed(listed(plain));
        int unlisted = plain.size() - values.size();
        List<DataType> types = Content.typesIn(typed);
        PlacedParts parts = PlacedParts.of(types, typed, replicas, rows);
        List<String> findings = Diagnosis.of(copies, values, unlisted, parts, nameOf);
        return new ExplainResult.Explained(partition, copies, values, unlisted, types, findings);
    }

    private Copy copy(NodeId node) {
        Row row = rows.get(node);
        if (row == null) {
            return new Unknown(node, troubles.getOrDefault(node, "it did not answer in time"));
        }
        List<Leaf> plain =
                row.newestFirst().stream().filter(Explanation::isPlain).toList();
        return new Held(
                node,
                listed(plain),
                plain.size(),
                plain.stream().mapToLong(leaf -> leaf.payload().length()).sum(),
                row.leaves().size() - plain.size(),
                votes.getOrDefault(node, false));
    }

    /** What any replica has, newest first: plain values and parts of data types. */
    private Map<Boolean, List<Leaf>> leavesByPlainness() {
        Map<Dot, Leaf> all = new HashMap<>();
        rows.values().forEach(row -> row.leaves().forEach(leaf -> all.put(leaf.dot(), leaf)));
        return all.values().stream().sorted(Leaf.NEWEST_FIRST).collect(Collectors.partitioningBy(Explanation::isPlain));
    }

    private static List<Leaf> listed(List<Leaf> newestFirst) {
        int count = 0;
        long bytes = 0;
        for (Leaf leaf : newestFirst) {
            bytes += leaf.payload().length();
            if (count == ExplainResult.MOST_VALUES
                    || bytes > (count == 0 ? ExplainResult.MOST_BYTES_OF_NEWEST : ExplainResult.MOST_BYTES)) {
                break;
            }
            count++;
        }
        return newestFirst.subList(0, count);
    }

    private static boolean isPlain(Leaf leaf) {
        return leaf.path().isEmpty();
    }

    private List<Placed> placed(List<Leaf> plain) {
        List<Placed> placed = plain.stream().map(this::place).toList();
        List<Dot> current = placed.stream()
                .filter(Placed::isCurrent)
                .map(value -> value.leaf().dot())
                .toList();
        return placed.stream().map(value -> amongSiblings(value, current)).toList();
    }

    private Placed place(Leaf leaf) {
        List<NodeId> on = new ArrayList<>();
        List<NodeId> replacedOn = new ArrayList<>();
        List<NodeId> missingOn = new ArrayList<>();
        for (NodeId node : replicas) {
            Row row = rows.get(node);
            if (row != null) {
                boolean has =
                        row.leaves().stream().anyMatch(other -> other.dot().equals(leaf.dot()));
                (has ? on : row.context().contains(leaf.dot()) ? replacedOn : missingOn).add(node);
            }
        }
        return new Placed(leaf, nameOf.apply(leaf.dot().actor().node()), on, replacedOn, missingOn, List.of());
    }

    private static Placed amongSiblings(Placed value, List<Dot> current) {
        if (!value.isCurrent()) {
            return value;
        }
        List<Dot> others =
                current.stream().filter(dot -> !dot.equals(value.leaf().dot())).toList();
        return new Placed(value.leaf(), value.takenBy(), value.on(), value.replacedOn(), value.missingOn(), others);
    }
}
