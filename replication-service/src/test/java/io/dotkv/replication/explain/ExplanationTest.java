package io.dotkv.replication.explain;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.kernel.Actor;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.HybridTime;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.PartitionId;
import io.dotkv.kernel.Row;
import io.dotkv.kernel.types.DataType;
import io.dotkv.replication.ExplainResult;
import io.dotkv.replication.ExplainResult.Placed;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ExplanationTest {
    private static final NodeId A = new NodeId("a");
    private static final NodeId B = new NodeId("b");
    private static final NodeId C = new NodeId("c");
    private static final Actor ONE = new Actor(1, 1);
    private static final Actor TWO = new Actor(2, 1);

    private final Explanation explanation =
            new Explanation(new PartitionId(3), List.of(A, B, C), number -> "abc".substring(number - 1, number));

    @Test
    void replicasThatAreEqualAreSaidToBeSo() {
        for (NodeId node : List.of(A, B, C)) {
            explanation.has(node, row(DotSet.upTo(ONE, 4), leaf(ONE, 4)), true);
        }
        ExplainResult.Explained result = explanation.result();
        assertThat(result.values()).singleElement().satisfies(value -> {
            assertThat(value.on()).containsExactly(A, B, C);
            assertThat(value.takenBy()).isEqualTo("a");
        });
        assertThat(result.findings()).containsExactly("All replicas have the same values.");
    }

    @Test
    void aWriteThatHasNotReachedAReplicaIsToldFromOneThatItKnowsToBeReplaced() {
        explanation.has(A, row(DotSet.upTo(ONE, 4), leaf(ONE, 4)), true);
        explanation.has(B, row(DotSet.upTo(ONE, 3), leaf(ONE, 3)), true);
        explanation.has(C, row(DotSet.EMPTY), true);
        List<Placed> values = explanation.result().values();
        assertThat(values.get(0).leaf().dot()).isEqualTo(new Dot(ONE, 4));
        assertThat(values.get(0).isCurrent()).isTrue();
        assertThat(values.get(0).missingOn()).containsExactly(B, C);
        assertThat(values.get(1).isCurrent()).isFalse();
        assertThat(values.get(1).replacedOn()).containsExactly(A);
        assertThat(explanation.result().findings())
                .anySatisfy(text -> assertThat(text).contains("1.1:4 has not reached b, c"))
                .anySatisfy(text -> assertThat(text).contains("b still shows 1.1:3, which a knows to be replaced"));
    }

    @Test
    void siblingsOfOneProcessCameWithAnOlderContextAndThoseOfTwoWithoutOneThatShowedTheOther() {
        DotSet all = DotSet.upTo(ONE, 5).union(DotSet.upTo(TWO, 1));
        for (NodeId node : List.of(A, B, C)) {
            explanation.has(node, row(all, leaf(ONE, 4), leaf(ONE, 5), leaf(TWO, 1)), true);
        }
        ExplainResult.Explained result = explanation.result();
        assertThat(result.values())
                .allSatisfy(value -> assertThat(value.concurrentWith()).hasSize(2));
        assertThat(result.findings())
                .anySatisfy(
                        text -> assertThat(text).contains("has 3 values because none of their writes had seen another"))
                .anySatisfy(text ->
                        assertThat(text).contains("were taken by the same process of a", "older than the earlier"))
                .anySatisfy(text -> assertThat(text).contains("different processes (a, b)", "was missing"));
    }

    @Test
    void aReplicaThatDoesNotAnswerAndOneThatDoesNotVoteAreNamed() {
        explanation.has(A, row(DotSet.upTo(ONE, 1)), true);
        explanation.has(B, row(DotSet.EMPTY), false);
        explanation.isUnknown(C, "it cannot be reached from here");
        assertThat(explanation.result().findings())
                .anySatisfy(
                        text -> assertThat(text).contains("What c has is not known: it cannot be reached from here"))
                .anySatisfy(text -> assertThat(text).contains("b does not vote"))
                .anySatisfy(text -> assertThat(text).contains("was never written, or was deleted"))
                .noneSatisfy(text -> assertThat(text).contains("All replicas"));
    }

    @Test
    void aDeleteThatNotAllKnowYetIsToldFromAKeyThatWasNeverWritten() {
        explanation.has(A, row(DotSet.upTo(ONE, 2)), true);
        explanation.has(B, row(DotSet.upTo(ONE, 1), leaf(ONE, 1)), true);
        explanation.has(C, row(DotSet.upTo(ONE, 2)), true);
        assertThat(explanation.result().findings())
                .contains("The key has no value: it was deleted, and not all replicas know it yet.");
    }

    @Test
    void dataTypesAreCountedAndNotTakenForSiblings() {
        DotSet all = DotSet.upTo(ONE, 10_000);
        Leaf[] elements = LongStream.rangeClosed(1, 10_000)
                .mapToObj(counter -> element(ONE, counter))
                .toArray(Leaf[]::new);
        explanation.has(A, row(all, elements), true);
        explanation.has(B, row(all, Arrays.copyOf(elements, 9_998)), true);
        explanation.has(C, row(DotSet.upTo(ONE, 9_999), Arrays.copyOf(elements, 9_999)), true);
        ExplainResult.Explained result = explanation.result();
        assertThat(result.values()).isEmpty();
        assertThat(result.types()).containsExactly(DataType.ADD_WINS_SET);
        assertThat(result.copies().getFirst()).isEqualTo(new ExplainResult.Held(A, List.of(), 0, 0, 10_000, true));
        assertThat(result.findings())
                .anySatisfy(text -> assertThat(text).contains("data types (add-wins-set) with 9998 parts"))
                .anySatisfy(text -> assertThat(text).contains("a still shows 2 parts", "removed or replaced"))
                .anySatisfy(text -> assertThat(text).contains("c still shows 1 part"))
                .noneSatisfy(text -> assertThat(text).contains("All replicas"))
                .noneSatisfy(text -> assertThat(text).contains("no value"));
    }

    @Test
    void partsThatHaveNotReachedAReplicaAreCounted() {
        explanation.has(A, row(DotSet.upTo(ONE, 3), element(ONE, 2), element(ONE, 3)), true);
        explanation.has(B, row(DotSet.upTo(ONE, 1)), true);
        explanation.has(C, row(DotSet.upTo(ONE, 3), element(ONE, 2), element(ONE, 3)), true);
        assertThat(explanation.result().findings())
                .anySatisfy(text -> assertThat(text).contains("2 parts of data types have not reached b"));
    }

    @Test
    void onlyTheNewestOfVeryManyValuesAreListedAndCompared() {
        Leaf[] values = LongStream.rangeClosed(1, 5_000)
                .mapToObj(counter -> leaf(ONE, counter))
                .toArray(Leaf[]::new);
        for (NodeId node : List.of(A, B, C)) {
            explanation.has(node, row(DotSet.upTo(ONE, 5_000), values), true);
        }
        ExplainResult.Explained result = explanation.result();
        assertThat(result.values())
                .hasSize(ExplainResult.MOST_VALUES)
                .allSatisfy(value -> assertThat(value.concurrentWith()).hasSize(ExplainResult.MOST_VALUES - 1));
        assertThat(result.values().getFirst().leaf()).isEqualTo(values[4_999]);
        assertThat(result.unlisted()).isEqualTo(4_900);
        assertThat(result.findings())
                .anySatisfy(text -> assertThat(text).contains("has 5000 values"))
                .anySatisfy(text -> assertThat(text).contains("4900 older values are not listed"));
    }

    private static Leaf element(Actor actor, long counter) {
        String name = "element " + counter;
        Bytes path = Bytes.utf8("\u0004" + (char) name.length() + name);
        return new Leaf(new Dot(actor, counter), path, HybridTime.ofMillis(1000 + counter), Bytes.EMPTY);
    }

    private static Row row(DotSet context, Leaf... leaves) {
        return new Row(List.of(leaves), context);
    }

    private static Leaf leaf(Actor actor, long counter) {
        return new Leaf(new Dot(actor, counter), Bytes.EMPTY, HybridTime.ofMillis(1000 + counter), Bytes.utf8("v"));
    }
}
