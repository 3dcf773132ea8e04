package io.dotkv.replication.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.dotkv.kernel.testkit.Seeds;
import io.dotkv.replication.route.AckTracker.State;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AckTrackerTest {
    @Test
    void itIsSatisfiedWhenAsManyAsRequiredAreDone() {
        AckTracker tracker = new AckTracker(3, 2);
        tracker.done(0);
        assertThat(tracker.state()).isEqualTo(State.PENDING);
        tracker.done(2);
        assertThat(tracker.state()).isEqualTo(State.SATISFIED);
        assertThat(tracker.isDone(2)).isTrue();
        assertThat(tracker.isDone(1)).isFalse();
    }

    @Test
    void itIsImpossibleWhenTooManyHaveFailed() {
        AckTracker tracker = new AckTracker(3, 2);
        tracker.failed(0);
        assertThat(tracker.state()).isEqualTo(State.PENDING);
        tracker.failed(1);
        assertThat(tracker.state()).isEqualTo(State.IMPOSSIBLE);
    }

    @Test
    void itIsImpossibleFromTheBeginningWhenMoreAreRequiredThanThereAre() {
        assertThat(new AckTracker(1, 2).state()).isEqualTo(State.IMPOSSIBLE);
    }

    @Test
    void theFirstAnswerOfAReplicaStandsAndCountsOnce() {
        AckTracker tracker = new AckTracker(3, 2);
        tracker.done(0);
        tracker.done(0);
        tracker.failed(0);
        assertThat(tracker.doneCount()).isEqualTo(1);
        assertThat(tracker.hasFailed(0)).isFalse();
        tracker.failed(1);
        tracker.done(1);
        assertThat(tracker.isDone(1)).isFalse();
    }

    @Test
    void itAgreesWithPlainCountingAndNeverLeavesAFinalState() {
        Seeds.run(2000, random -> {
            int replicas = 1 + random.nextInt(7);
            int required = 1 + random.nextInt(replicas);
            AckTracker tracker = new AckTracker(replicas, required);
            Set<Integer> done = new HashSet<>();
            Set<Integer> failed = new HashSet<>();
            State before = State.PENDING;
            for (int step = 0; step < 20; step++) {
                int replica = random.nextInt(replicas);
                if (random.nextInt(2) == 0) {
                    tracker.done(replica);
                    if (!failed.contains(replica)) {
                        done.add(replica);
                    }
                } else {
                    tracker.failed(replica);
                    if (!done.contains(replica)) {
                        failed.add(replica);
                    }
                }
                State expected = done.size() >= required
                        ? State.SATISFIED
                        : failed.size() > replicas - required ? State.IMPOSSIBLE : State.PENDING;
                assertThat(tracker.state()).isEqualTo(expected);
                assertThat(before == State.PENDING || before == expected).isTrue();
                before = expected;
            }
        });
    }

    @Test
    void thereAreNoOtherReplicas() {
        AckTracker tracker = new AckTracker(3, 2);
        assertThatIllegalArgumentException().isThrownBy(() -> tracker.done(3));
        assertThatIllegalArgumentException().isThrownBy(() -> new AckTracker(64, 1));
    }
}
