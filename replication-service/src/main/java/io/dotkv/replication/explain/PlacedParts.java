package io.dotkv.replication.explain;

import io.dotkv.kernel.Dot;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.Row;
import io.dotkv.kernel.types.DataType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Where the parts of a key's data types are: elements of sets, fields of maps, shares of counters. They are counted and
 * not listed, for there may be thousands. Costs a few looks at each.
 *
 * @param types which there are
 * @param current parts that no replica knows to be removed or replaced
 * @param missing how many of those a replica has not got; those that have all are not in it
 * @param outdated how many parts a replica still shows that another knows to be removed or replaced
 */
record PlacedParts(List<DataType> types, int current, Map<NodeId, Integer> missing, Map<NodeId, Integer> outdated) {
    static PlacedParts of(List<DataType> types, List<Leaf> parts, List<NodeId> replicas, Map<NodeId, Row> rows) {
        Map<NodeId, Integer> missing = new TreeMap<>();
        Map<NodeId, Integer> outdated = new TreeMap<>();
        int current = 0;
        Map<NodeId, Set<Dot>> dots = dotsOf(rows);
        for (Leaf part : parts) {
            List<NodeId> on = new ArrayList<>();
            List<NodeId> missingOn = new ArrayList<>();
            for (NodeId node : replicas) {
                Row row = rows.get(node);
                if (row != null && dots.getOrDefault(node, Set.of()).contains(part.dot())) {
                    on.add(node);
                } else if (row != null && !row.context().contains(part.dot())) {
                    missingOn.add(node);
                }
            }
            boolean isCurrent = on.size() + missingOn.size() == rows.size();
            current += isCurrent ? 1 : 0;
            (isCurrent ? missingOn : on).forEach(node -> (isCurrent ? missing : outdated).merge(node, 1, Integer::sum));
        }
        return new PlacedParts(types, current, missing, outdated);
    }

    private static Map<NodeId, Set<Dot>> dotsOf(Map<NodeId, Row> rows) {
        Map<NodeId, Set<Dot>> dots = new HashMap<>();
        rows.forEach((node, row) -> {
            Set<Dot> its = HashSet.newHashSet(row.leaves().size());
            row.leaves().forEach(leaf -> its.add(leaf.dot()));
            dots.put(node, its);
        });
        return dots;
    }

    /** Whether every replica that has answered has the same. */
    boolean areEqual() {
        return missing.isEmpty() && outdated.isEmpty();
    }
}
