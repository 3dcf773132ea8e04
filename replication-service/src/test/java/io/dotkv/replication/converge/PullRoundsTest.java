package io.dotkv.replication.converge;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.PartitionId;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PullRoundsTest {
    private static final NodeId A = new NodeId("a");
    private static final NodeId B = new NodeId("b");
    private static final Set<PartitionId> ALL = partitions(0, 7);

    private final PullRounds rounds = new PullRounds();

    private static Set<PartitionId> partitions(int first, int count) {
        return IntStream.range(first, first + count).mapToObj(PartitionId::new).collect(Collectors.toSet());
    }

    @Test
    void twoPeersAreAskedForDifferentPartitionsUntilEachWasAskedForAll() {
        PullRounds.Part ofA = rounds.next(A, ALL, Set.of(), 2);
        PullRounds.Part ofB = rounds.next(B, ALL, ofA.partitions(), 2);
        assertThat(ofA.partitions()).hasSize(4).doesNotContainAnyElementsOf(ofB.partitions());
        assertThat(rounds.ended(A, ofA, false, false)).isFalse();
        PullRounds.Part more = rounds.next(A, ALL, ofB.partitions(), 2);
        assertThat(more.partitions()).isEmpty();
        assertThat(rounds.ended(B, ofB, false, false)).isFalse();
        PullRounds.Part restOfA = rounds.next(A, ALL, Set.of(), 2);
        Set<PartitionId> askedOfA = new HashSet<>(ofA.partitions());
        askedOfA.addAll(restOfA.partitions());
        assertThat(askedOfA).isEqualTo(ALL);
        assertThat(rounds.ended(A, restOfA, false, false)).isTrue();
        assertThat(restOfA.round().isSoonAgain()).isFalse();
    }

    @Test
    void aRoundAloneIsOnePull() {
        PullRounds.Part part = rounds.next(A, ALL, Set.of(), 1);
        assertThat(part.partitions()).isEqualTo(new TreeSet<>(ALL));
        assertThat(rounds.ended(A, part, false, false)).isTrue();
    }

    @Test
    void afterAFailureTheRestOfTheRoundFollowsSoonAndWhatFailedIsInTheNext() {
        PullRounds.Part first = rounds.next(A, ALL, Set.of(), 2);
        assertThat(rounds.ended(A, first, true, false)).isTrue();
        assertThat(first.round().isSoonAgain()).isTrue();
        PullRounds.Part rest = rounds.next(A, ALL, Set.of(), 1);
        assertThat(rest.partitions()).hasSize(3).doesNotContainAnyElementsOf(first.partitions());
        assertThat(rounds.ended(A, rest, false, false)).isTrue();
        assertThat(rest.round().isSoonAgain()).isTrue();
        assertThat(rest.round().isComplete()).isFalse();
        assertThat(rounds.next(A, ALL, Set.of(), 1).partitions()).isEqualTo(new TreeSet<>(ALL));
    }

    @Test
    void howeverOftenRoundsBeginAnewEachPartitionHasItsTurn() {
        Set<PartitionId> asked = new HashSet<>();
        for (int demand = 0; demand < 4; demand++) {
            PullRounds.Part part = rounds.next(A, ALL, Set.of(), 3);
            asked.addAll(part.partitions());
            rounds.restart();
            rounds.ended(A, part, false, false);
        }
        assertThat(asked).isEqualTo(ALL);
    }

    @Test
    void aNodeThatHasToCatchUpInAnyPartIsSoonDueAgain() {
        PullRounds.Part first = rounds.next(A, ALL, Set.of(), 2);
        rounds.ended(A, first, false, true);
        PullRounds.Part second = rounds.next(A, ALL, Set.of(), 2);
        assertThat(rounds.ended(A, second, false, false)).isTrue();
        assertThat(second.round().isSoonAgain()).isTrue();
        assertThat(second.round().isComplete()).isTrue();
    }

    @Test
    void whatIsUnderWayWhenAllIsDemandedCountsForNothing() {
        PullRounds.Part before = rounds.next(A, ALL, Set.of(), 2);
        rounds.restart();
        rounds.ended(A, before, false, false);
        PullRounds.Part after = rounds.next(A, ALL, Set.of(), 1);
        assertThat(after.partitions()).isEqualTo(new TreeSet<>(ALL));
        assertThat(rounds.ended(A, before, false, false)).isFalse();
        assertThat(rounds.ended(A, after, false, false)).isTrue();
    }
}
