package io.dotkv.replication.converge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dotkv.cluster.layout.Layout;
import io.dotkv.kernel.Actor;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.PartitionId;
import io.dotkv.kernel.encoding.MalformedException;
import io.dotkv.replication.ConvergenceGoal;
import io.dotkv.replication.ConvergenceResult;
import io.dotkv.replication.ConvergenceResult.Distance;
import io.dotkv.storage.PartitionClock;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ConvergenceRoundTest {
    private static final NodeId A = new NodeId("a");
    private static final NodeId B = new NodeId("b");
    private static final Actor ACTOR = new Actor(1, 1);
    private static final Layout LAYOUT = Layout.first(List.of(A, B), 2, 2);

    @Test
    void theGoalIsReachedWhenEveryNodeHasTheUnionOfWhatAllHad() {
        ConvergenceRound first = new ConvergenceRound(LAYOUT, List.of(A, B), ConvergenceGoal.EMPTY);
        first.told(A, clocks(7, 0));
        first.told(B, clocks(4, 2));
        ConvergenceResult.Reported apart = first.report();
        assertThat(apart.isReached()).isFalse();
        assertThat(apart.nodes()).containsExactly(distance(A, 2, 1), distance(B, 3, 1));

        ConvergenceRound second = new ConvergenceRound(LAYOUT, List.of(A, B), apart.goal());
        second.told(A, clocks(9, 2));
        second.told(B, clocks(7, 2));
        assertThat(second.report().isReached())
                .as("what was written later does not count")
                .isTrue();
    }

    @Test
    void whileANodeWasNeverHeardTheGoalIsNotReachedSinceItMayHoldWhatNoOtherHas() {
        ConvergenceRound without = new ConvergenceRound(LAYOUT, List.of(A, B), ConvergenceGoal.EMPTY);
        without.told(A, clocks(3, 3));
        ConvergenceResult.Reported report = without.report();
        assertThat(report.isReached()).isFalse();
        assertThat(report.nodes())
                .containsExactly(distance(A, 0, 0), new Distance(B, false, OptionalLong.empty(), OptionalInt.empty()));

        ConvergenceRound later = new ConvergenceRound(LAYOUT, List.of(A, B), report.goal());
        later.told(A, clocks(3, 3));
        later.told(B, clocks(4, 3));
        assertThat(later.report().nodes()).containsExactly(distance(A, 1, 1), distance(B, 0, 0));
    }

    @Test
    void aPartitionThatANodeHoldsByTheLayoutAndDoesNotTellOfIsMissingWholly() {
        ConvergenceRound question = new ConvergenceRound(LAYOUT, List.of(A, B), ConvergenceGoal.EMPTY);
        question.told(A, clocks(3, 3));
        question.told(B, List.of());
        assertThat(question.report().nodes()).containsExactly(distance(A, 0, 0), distance(B, 6, 2));
    }

    @Test
    void aGoalComesBackFromItsBinaryFormAndNothingElseDoes() throws Exception {
        ConvergenceGoal goal = ConvergenceGoal.EMPTY.hear(A, clocks(3, 70_000)).hear(B, clocks(5, 1));
        byte[] encoded = goal.encode().array();
        assertThat(ConvergenceGoal.decode(Bytes.wrap(encoded))).isEqualTo(goal);
        for (int at = 0; at < encoded.length; at++) {
            byte[] altered = encoded.clone();
            altered[at] ^= 1;
            assertThatThrownBy(() -> ConvergenceGoal.decode(Bytes.wrap(altered)))
                    .isInstanceOf(MalformedException.class);
        }
    }

    private static Distance distance(NodeId node, long events, int partitions) {
        return new Distance(node, true, OptionalLong.of(events), OptionalInt.of(partitions));
    }

    private static List<PartitionClock> clocks(long first, long second) {
        return List.of(clock(0, first), clock(1, second));
    }

    private static PartitionClock clock(int partition, long upTo) {
        return new PartitionClock(new PartitionId(partition), DotSet.upTo(ACTOR, upTo), "replica", true, List.of());
    }
}
