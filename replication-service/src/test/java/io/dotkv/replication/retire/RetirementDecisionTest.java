package io.dotkv.replication.retire;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.cluster.Agreement;
import io.dotkv.cluster.layout.Formation;
import io.dotkv.cluster.register.state.ClusterState;
import io.dotkv.cluster.register.state.MemberChange;
import io.dotkv.cluster.register.state.RetirementChange;
import io.dotkv.cluster.register.state.StateChange;
import io.dotkv.kernel.Actor;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.PartitionId;
import io.dotkv.storage.PartitionClock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Node a, number 1, is in its second boot; one partition on three nodes. */
class RetirementDecisionTest {
    private static final List<NodeId> NODES = List.of(new NodeId("a"), new NodeId("b"), new NodeId("c"));
    private static final PartitionId ONLY = new PartitionId(0);
    private static final Actor FIRST = new Actor(1, 2);
    private static final DotSet ENDS = DotSet.upTo(new Actor(1, 1), 5);
    private static final RetirementDecision.Target TARGET =
            new RetirementDecision.Target(FIRST, new TreeMap<>(Map.of(ONLY, NODES)));

    private ClusterState state = booted();

    private static ClusterState booted() {
        ClusterState formed = ClusterState.first(
                Formation.first("ab".repeat(16), Bytes.wrap(new byte[32]), NODES, List.of("a-1", "b-1", "c-1"), 1, 3));
        return changed(
                changed(formed, new MemberChange.Boot(NODES.getFirst(), "a-1", 0, 1, "s", 0)),
                new MemberChange.Boot(NODES.getFirst(), "a-1", 1, 2, "s", 0));
    }

    private static ClusterState changed(ClusterState state, StateChange change) {
        return ((StateChange.Outcome.Changed) change.apply(state)).state();
    }

    private static PartitionClock clock(DotSet clock, long... promised) {
        return new PartitionClock(
                ONLY,
                clock,
                "x/y",
                true,
                promised.length == 0 ? List.of() : List.of(new PartitionClock.Promise(FIRST, promised[0])));
    }

    private Optional<RetirementChange> next(PartitionClock... answers) {
        Map<NodeId, List<PartitionClock>> clocks = new HashMap<>();
        for (int index = 0; index < answers.length; index++) {
            clocks.put(NODES.get(index), List.of(answers[index]));
        }
        return RetirementDecision.next(Agreement.of(state), TARGET, clocks, 7);
    }

    private void take(Optional<RetirementChange> change) {
        state = changed(state, change.orElseThrow());
    }

    @Test
    void stepFollowsOnStepWhenAllReplicasAreThere() {
        take(next(clock(ENDS), clock(ENDS), clock(ENDS)));
        assertThat(state.closings().of(1).map(closing -> closing.endOf(0))).contains(ENDS);
        assertThat(next(clock(ENDS, 7), clock(ENDS), clock(ENDS, 7))).isEmpty();
        assertThat(next(clock(ENDS, 7), clock(ENDS, 6), clock(ENDS, 7))).isEmpty();
        take(next(clock(ENDS, 7), clock(ENDS, 7), clock(ENDS, 7)));
        DotSet floor = DotSet.allBelow(FIRST);
        assertThat(next(clock(floor), clock(ENDS, 7), clock(floor))).isEmpty();
        take(next(clock(floor), clock(floor), clock(floor)));
        assertThat(state.closings().floorOf(1)).isEqualTo(2);
    }

    @Test
    void nothingIsOpenedWhileReplicasDifferOrAreSilent() {
        DotSet more = ENDS.union(DotSet.upTo(new Actor(1, 1), 6));
        assertThat(next(clock(ENDS), clock(more), clock(ENDS))).isEmpty();
        assertThat(next(clock(ENDS), clock(ENDS))).isEmpty();
    }

    @Test
    void aReplicaWithMoreThanTheEndsAbortsTheAttemptAndOneWithLessIsWaitedFor() {
        take(next(clock(ENDS), clock(ENDS), clock(ENDS)));
        assertThat(next(clock(ENDS, 7), clock(DotSet.EMPTY), clock(ENDS, 7))).isEmpty();
        DotSet more = ENDS.union(DotSet.upTo(new Actor(1, 1), 6));
        assertThat(next(clock(ENDS, 7), clock(more), clock(ENDS, 7))).contains(new RetirementChange.Abort(1, 7));
    }
}
