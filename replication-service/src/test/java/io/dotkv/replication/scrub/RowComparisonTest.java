package io.dotkv.replication.scrub;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.kernel.Actor;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.HybridTime;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.Row;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What writes explain is no damage, and what they do not is. */
class RowComparisonTest {
    private static final Actor A = new Actor(1, 1);
    private static final Actor B = new Actor(2, 1);

    private static Leaf leaf(Actor actor, long counter, String value) {
        return new Leaf(new Dot(actor, counter), Bytes.EMPTY, new HybridTime(counter), Bytes.utf8(value));
    }

    private static Row row(DotSet clock, Leaf... leaves) {
        return new Row(List.of(leaves), DotSet.EMPTY).fill(clock);
    }

    private static DotSet clock(long ofA, long ofB) {
        return DotSet.upTo(A, ofA).union(DotSet.upTo(B, ofB));
    }

    private static Map<NodeId, Row> rows(Row ann, Row ben) {
        return new TreeMap<>(Map.of(new NodeId("ann"), ann, new NodeId("ben"), ben));
    }

    @Test
    void equalRowsAreNoDamage() {
        Map<NodeId, Row> rows = rows(row(clock(3, 2), leaf(A, 3, "v")), row(clock(3, 2), leaf(A, 3, "v")));
        assertThat(RowComparison.of(rows, rows)).isEqualTo(new RowComparison(true, Map.of()));
    }

    @Test
    void aValueThatOnlyOneHasYetIsNews() {
        Map<NodeId, Row> rows = rows(row(clock(3, 2), leaf(A, 3, "v")), row(clock(2, 2)));
        assertThat(RowComparison.of(rows, rows)).isEqualTo(new RowComparison(true, Map.of()));
    }

    @Test
    void aValueThatOneSaysWasReplacedIsNotJudgedBeforeTheOtherHasSeenWhatThatOneHas() {
        Map<NodeId, Row> rows = rows(row(clock(3, 2), leaf(A, 3, "v")), row(clock(3, 3), leaf(B, 3, "w")));
        assertThat(RowComparison.of(rows, rows)).isEqualTo(new RowComparison(false, Map.of()));
        Map<NodeId, Row> later = rows(row(clock(3, 3), leaf(B, 3, "w")), row(clock(3, 9), leaf(B, 9, "x")));
        RowComparison comparison = RowComparison.of(rows, later);
        assertThat(comparison.unexplained()).isEmpty();
    }

    @Test
    void aValueThatIsStillThereAfterAllWasSeenThatTheOtherHadIsDamage() {
        Map<NodeId, Row> first = rows(row(clock(3, 2), leaf(A, 3, "v")), row(clock(3, 3)));
        Map<NodeId, Row> second = rows(row(clock(3, 3), leaf(A, 3, "v")), row(clock(3, 7)));
        assertThat(RowComparison.of(first, second).unexplained())
                .isEqualTo(Map.of(new Dot(A, 3), Set.of(Bytes.utf8("v"))));
    }

    @Test
    void oneEventWithTwoContentsIsDamageAndBothContentsAreNamed() {
        Map<NodeId, Row> rows = rows(row(clock(3, 2), leaf(A, 3, "v")), row(clock(3, 2), leaf(A, 3, "w")));
        assertThat(RowComparison.of(rows, rows))
                .isEqualTo(new RowComparison(true, Map.of(new Dot(A, 3), Set.of(Bytes.utf8("v"), Bytes.utf8("w")))));
    }

    @Test
    void inABusyPartitionWhereNobodyEverHasSeenAllDamageIsFoundAllTheSame() {
        Leaf lost = leaf(A, 3, "v");
        Map<NodeId, Row> first = rows(row(clock(9, 2), lost), row(clock(5, 8)));
        Map<NodeId, Row> second = rows(row(clock(12, 8), lost), row(clock(9, 11)));
        RowComparison comparison = RowComparison.of(first, second);
        assertThat(comparison.isDecided()).isTrue();
        assertThat(comparison.unexplained()).containsOnlyKeys(lost.dot());
    }
}
