package io.dotkv.replication.converge;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.ports.SeededRandom;
import io.dotkv.replication.ports.ReplicationSettings;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PullScheduleTest {
    private static final NodeId A = new NodeId("a");
    private static final NodeId B = new NodeId("b");
    private static final long SECOND = 1_000_000_000L;

    private final PullSchedule schedule = new PullSchedule(ReplicationSettings.DEFAULTS.pulls(), new SeededRandom(1));

    @Test
    void everyReachablePeerIsDueAtTheStartAndOncePerPull() {
        schedule.peers(List.of(A, B), 0);
        assertThat(begin(0, A, B)).containsExactly(A, B);
        assertThat(begin(SECOND, A, B)).isEmpty();
    }

    @Test
    void theNextPullComesAboutAnIntervalAfterTheLastOneEnded() {
        schedule.peers(List.of(A), 0);
        begin(0, A);
        schedule.ended(A, false, 5 * SECOND);
        assertThat(begin(5 * SECOND + 7 * SECOND, A)).isEmpty();
        assertThat(begin(5 * SECOND + 13 * SECOND, A)).containsExactly(A);
    }

    @Test
    void itComesSoonWhenTheLastOneFailed() {
        schedule.peers(List.of(A), 0);
        begin(0, A);
        schedule.ended(A, true, 0);
        assertThat(begin(SECOND / 2, A)).isEmpty();
        assertThat(begin(2 * SECOND, A)).containsExactly(A);
    }

    @Test
    void aPeerThatComesBackIsDueAtOnce() {
        schedule.peers(List.of(A), 0);
        begin(0, A);
        schedule.ended(A, false, 0);
        assertThat(begin(SECOND)).isEmpty();
        assertThat(begin(2 * SECOND, A)).containsExactly(A);
    }

    @Test
    void aHintMakesEveryPeerDueSoonAndNeverLater() {
        schedule.peers(List.of(A), 0);
        begin(0, A);
        schedule.ended(A, false, 0);
        schedule.hint(SECOND);
        schedule.hint(SECOND + SECOND / 2);
        assertThat(begin(2 * SECOND, A)).containsExactly(A);
    }

    @Test
    void aDemandMakesEveryPeerDueAtOnceAndAPeerThatIsBeingPulledFromOnceMore() {
        schedule.peers(List.of(A, B), 0);
        begin(0, A, B);
        schedule.ended(A, false, 0);
        schedule.demand(SECOND);
        assertThat(begin(SECOND, A, B)).containsExactly(A);
        schedule.ended(A, false, SECOND);
        schedule.ended(B, false, SECOND);
        assertThat(begin(SECOND, A, B)).containsExactly(B);
        schedule.ended(B, false, SECOND);
        assertThat(begin(2 * SECOND, A, B)).isEmpty();
    }

    @Test
    void noMorePullsRunAtOnceThanTheLimit() {
        List<NodeId> many =
                List.of("a", "b", "c", "d", "e", "f").stream().map(NodeId::new).toList();
        schedule.peers(many, 0);
        assertThat(schedule.begin(0, node -> true)).hasSize(4);
        assertThat(schedule.begin(0, node -> true)).isEmpty();
        schedule.ended(A, false, 0);
        assertThat(schedule.begin(0, node -> true)).containsExactly(new NodeId("e"));
    }

    private List<NodeId> begin(long nowNanos, NodeId... reachable) {
        return schedule.begin(nowNanos, Set.of(reachable)::contains);
    }
}
