package io.dotkv.replication.scrub;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.Row;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Whether the difference between the rows that replicas have of one key is explained by writes, or is damage.
 *
 * <p>Each replica exports the row twice, all of them first, then all of them again. A leaf that one still has at the
 * second time, and that another said was replaced at the first, is damage when the one has seen, at the second time,
 * all that the other had seen at the first: whatever replaced the leaf has been applied there, and it is still there.
 * As long as it has not seen all that, nothing is known yet.
 *
 * @param isDecided whether all that replicas say of each other could be judged
 * @param unexplained the leaves, by their dots, each with the different payloads that there are of it
 */
record RowComparison(boolean isDecided, Map<Dot, Set<Bytes>> unexplained) {
    static RowComparison of(Map<NodeId, Row> first, Map<NodeId, Row> second) {
        Map<Dot, Set<Bytes>> unexplained = new TreeMap<>();
        boolean isDecided = true;
        for (Row later : second.values()) {
            for (Row earlier : first.values()) {
                isDecided &= judge(earlier, later, unexplained);
            }
        }
        differentContents(second, unexplained);
        return new RowComparison(isDecided, unexplained);
    }

    /** Whether what the earlier row says of the leaves of the later one can be judged. */
    private static boolean judge(Row earlier, Row later, Map<Dot, Set<Bytes>> unexplained) {
        boolean hasSeenAll = later.context().containsAll(earlier.context());
        boolean isDecided = true;
        for (Leaf leaf : later.leaves()) {
            boolean isSaidToBeReplaced =
                    earlier.context().contains(leaf.dot()) && !earlier.dots().contains(leaf.dot());
            if (isSaidToBeReplaced && hasSeenAll) {
                note(leaf, unexplained);
            }
            isDecided &= hasSeenAll || !isSaidToBeReplaced;
        }
        return isDecided;
    }

    private static void differentContents(Map<NodeId, Row> rows, Map<Dot, Set<Bytes>> unexplained) {
        Map<Dot, Leaf> known = new TreeMap<>();
        for (Row row : rows.values()) {
            for (Leaf leaf : row.leaves()) {
                Leaf other = known.putIfAbsent(leaf.dot(), leaf);
                if (other != null && !other.equals(leaf)) {
                    note(leaf, unexplained);
                    note(other, unexplained);
                }
            }
        }
    }

    private static void note(Leaf leaf, Map<Dot, Set<Bytes>> unexplained) {
        unexplained.computeIfAbsent(leaf.dot(), unknown -> new TreeSet<>()).add(leaf.payload());
    }
}
