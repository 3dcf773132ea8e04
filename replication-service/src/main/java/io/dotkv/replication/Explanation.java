package io.dotkv.replication;

import io.dotkv.kernel.Dot;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.PartitionId;
import io.dotkv.kernel.Row;
import io.dotkv.replication.ExplainResult.Copy;
import io.dotkv.replication.ExplainResult.Held;
import io.dotkv.replication.ExplainResult.Placed;
import io.dotkv.replication.ExplainResult.Unknown;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;

/**
 * Compares what the replicas of one key have and says what follows. A value that a replica has not got is either covered by its
 * context, then it knows that the value was replaced or deleted, or it is not, then the write has not reached it.
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
        List<Copy> copies = new ArrayList<>(replicas.size());
        for (NodeId node : replicas) {
            Row row = rows.get(node);
            copies.add(
                    row == null
                            ? new Unknown(node, troubles.getOrDefault(node, "it did not answer in time"))
                            : new Held(node, row.newestFirst(), votes.getOrDefault(node, false)));
        }
        List<Placed> values = placed();
        return new ExplainResult.Explained(partition, copies, values, Findings.of(copies, values, nameOf));
    }

    private List<Placed> placed() {
        Map<Dot, Leaf> all = new TreeMap<>();
        rows.values().forEach(row -> row.leaves().forEach(leaf -> all.put(leaf.dot(), leaf)));
        List<Placed> placed =
                all.values().stream().sorted(Leaf.NEWEST_FIRST).map(this::place).toList();
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
