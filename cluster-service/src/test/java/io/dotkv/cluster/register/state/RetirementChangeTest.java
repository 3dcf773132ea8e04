package io.dotkv.cluster.register.state;

import static io.dotkv.cluster.register.state.States.after;
import static io.dotkv.cluster.register.state.States.boot;
import static io.dotkv.cluster.register.state.States.closing;
import static io.dotkv.cluster.register.state.States.formedBy;
import static io.dotkv.cluster.register.state.States.node;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.dotkv.cluster.layout.Layout;
import io.dotkv.cluster.layout.NumberedLayout;
import io.dotkv.cluster.register.state.StateChange.Outcome.Changed;
import io.dotkv.cluster.register.state.StateChange.Outcome.Refused;
import io.dotkv.cluster.register.state.StateChange.Refusal;
import io.dotkv.kernel.Actor;
import io.dotkv.kernel.DotSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RetirementChangeTest {
    private static final ClusterState BOOTED = after(formedBy("a", "b", "c"), boot("a", 0, 1), boot("a", 1, 2));
    private static final DotSet ENDS = DotSet.upTo(new Actor(1, 1), 5);
    private static final StateChange OPEN = new RetirementChange.Open(closing(1, 2, 7, ENDS));
    private static final StateChange COMMIT = new RetirementChange.Commit(1, 7);
    private static final StateChange RAISE = new RetirementChange.RaiseFloor(1, 7);

    private static Refusal refusal(StateChange change, ClusterState state) {
        return ((Refused) change.apply(state)).reason();
    }

    @Test
    void formerBootsAreClosedStepByStepAndLeaveAFloor() {
        ClusterState open = after(BOOTED, OPEN);
        assertThat(open.closings().of(1)).contains(closing(1, 2, 7, ENDS));
        assertThat(open.closings().floorOf(1)).isEqualTo(1);
        ClusterState committed = after(open, COMMIT);
        assertThat(committed.closings().of(1).map(RetirementInProgress::committed))
                .contains(true);
        assertThat(committed.closings().of(1).map(closing -> closing.endOf(0))).contains(ENDS);
        ClusterState raised = after(committed, RAISE);
        assertThat(raised.closings().pending()).isEmpty();
        assertThat(raised.closings().floorOf(1)).isEqualTo(2);
    }

    @Test
    void eachStepMayBeTakenTwice() {
        ClusterState open = after(BOOTED, OPEN);
        assertThat(OPEN.apply(open)).isEqualTo(new Changed(open, 0));
        ClusterState committed = after(open, COMMIT);
        assertThat(COMMIT.apply(committed)).isEqualTo(new Changed(committed, 0));
        ClusterState raised = after(committed, RAISE);
        assertThat(RAISE.apply(raised)).isEqualTo(new Changed(raised, 0));
        assertThat(refusal(OPEN, raised)).isEqualTo(Refusal.STALE);
    }

    @Test
    void stepsOutOfOrderAreRefused() {
        assertThat(refusal(COMMIT, BOOTED)).isEqualTo(Refusal.STALE);
        ClusterState open = after(BOOTED, OPEN);
        assertThat(refusal(RAISE, open)).isEqualTo(Refusal.UNFIT);
        assertThat(refusal(new RetirementChange.Commit(1, 8), open)).isEqualTo(Refusal.STALE);
        assertThat(refusal(new RetirementChange.Open(closing(1, 2, 8, ENDS)), open))
                .isEqualTo(Refusal.BUSY);
    }

    @Test
    void anAttemptThatIsAbortedIsNotCommittedAndACommittedOneIsNotAborted() {
        ClusterState open = after(BOOTED, OPEN);
        ClusterState aborted = after(open, new RetirementChange.Abort(1, 7));
        assertThat(aborted.closings()).isEqualTo(RetirementState.NONE);
        assertThat(refusal(COMMIT, aborted)).isEqualTo(Refusal.STALE);
        assertThat(refusal(new RetirementChange.Abort(1, 7), after(open, COMMIT)))
                .isEqualTo(Refusal.STALE);
        assertThat(new RetirementChange.Abort(1, 8).apply(open)).isEqualTo(new Changed(open, 0));
    }

    @Test
    void theBootThatANodeIsInIsNotClosed() {
        assertThat(refusal(new RetirementChange.Open(closing(1, 3, 7, ENDS)), BOOTED))
                .isEqualTo(Refusal.UNFIT);
        assertThat(refusal(new RetirementChange.Open(closing(2, 2, 7, DotSet.EMPTY)), BOOTED))
                .isEqualTo(Refusal.UNFIT);
        assertThat(refusal(new RetirementChange.Open(closing(9, 2, 7, DotSet.EMPTY)), BOOTED))
                .isEqualTo(Refusal.UNFIT);
    }

    @Test
    void allBootsOfADepartedNodeAreClosed() {
        ClusterState gone = after(BOOTED, new MemberChange.Remove(node("a"), "a-1"));
        RetirementInProgress every = closing(1, RetirementInProgress.EVERY_BOOT, 7, ENDS);
        assertThat(after(gone, new RetirementChange.Open(every), COMMIT, RAISE)
                        .closings()
                        .floorOf(1))
                .isEqualTo(RetirementInProgress.EVERY_BOOT);
    }

    @Test
    void aLayoutDropsWhatIsNotCommittedAndAnOpenClosingNamesTheLayout() {
        ClusterState open = after(BOOTED, OPEN);
        Layout moved = new Layout(
                2, List.of(List.of(node("a"), node("b")), List.of(node("a")), List.of(node("b")), List.of(node("c"))));
        StateChange take = new StateChange.TakeLayout(
                NumberedLayout.of(moved, name -> name.name().charAt(0) - 'a' + 1));
        assertThat(after(open, take).closings()).isEqualTo(RetirementState.NONE);
        assertThat(after(open, COMMIT, take).closings().of(1)).isPresent();
        assertThat(refusal(OPEN, after(BOOTED, take))).isEqualTo(Refusal.STALE);
    }

    @Test
    void endsAreOfTheBootsThatAreClosed() {
        assertThatIllegalArgumentException().isThrownBy(() -> closing(1, 2, 7, DotSet.upTo(new Actor(1, 2), 1)));
        assertThatIllegalArgumentException().isThrownBy(() -> closing(1, 2, 7, DotSet.upTo(new Actor(2, 1), 1)));
        assertThatIllegalArgumentException().isThrownBy(() -> closing(1, 1, 7, DotSet.EMPTY));
        assertThat(Optional.of(closing(1, 2, 7, DotSet.EMPTY).endOf(3))).contains(DotSet.EMPTY);
    }
}
