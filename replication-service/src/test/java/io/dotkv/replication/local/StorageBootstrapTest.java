package io.dotkv.replication.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.cluster.Addresses;
import io.dotkv.cluster.Agreement;
import io.dotkv.cluster.Cluster.AgreedBoot;
import io.dotkv.cluster.Cluster.BootRequest;
import io.dotkv.cluster.ClusterView;
import io.dotkv.cluster.Health;
import io.dotkv.cluster.Member;
import io.dotkv.cluster.layout.Formation;
import io.dotkv.cluster.layout.Layout;
import io.dotkv.cluster.layout.NumberedLayout;
import io.dotkv.cluster.register.state.ClusterState;
import io.dotkv.cluster.register.state.MemberChange;
import io.dotkv.cluster.register.state.StateChange;
import io.dotkv.kernel.Actor;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.Retirements;
import io.dotkv.replication.local.StorageBootstrap.Effect;
import io.dotkv.replication.route.Topology;
import io.dotkv.storage.Assignment;
import io.dotkv.storage.AssignmentAck;
import io.dotkv.storage.Outcome;
import io.dotkv.storage.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StorageBootstrapTest {
    private static final NodeId A = new NodeId("a");
    private static final NodeId B = new NodeId("b");
    private static final NodeId C = new NodeId("c");
    private static final String CLUSTER = "0123456789abcdef0123456789abcdef";
    private static final long GRACE = 3_000_000_000L;
    private static final long FORMER_LIFE = 76;
    private static final BootRequest PROCESS = new BootRequest(77, "disk", 4);

    private final StorageBootstrap enlistment = new StorageBootstrap(GRACE);

    @Test
    void nothingHappensBeforeTheClusterHasFormed() {
        ClusterView unformed = new ClusterView(A, 3, Optional.empty(), List.of());
        assertThat(enlistment.viewed(unformed, 0)).isEmpty();
        assertThat(enlistment.isInForce()).isFalse();
    }

    @Test
    void theFirstMandateSaysWhoHoldsWhatAndWhichProcessHadTheLastBoot() {
        ClusterView view = view(1, 4, Health.ALIVE, A, B, C);
        assertThat(enlistment.viewed(view, 0))
                .containsExactly(new Effect.Assume(new Assignment(
                        CLUSTER,
                        A,
                        1,
                        0,
                        FORMER_LIFE,
                        1,
                        4,
                        Layout.first(List.of(A, B, C), 4, 3).heldBy(A),
                        2,
                        2,
                        3,
                        new Retirements(view.agreement().orElseThrow().state().version(), List.of()))));
    }

    @Test
    void aNodeThatNeverHadABootIsNew() {
        Assignment mandate = mandate(enlistment.viewed(view(1, 0, Health.ALIVE, A, B, C), 0));
        assertThat(mandate.formerLife()).isZero();
    }

    @Test
    void theFirstMandateWaitsForAnotherMemberWhichMayKnowALaterBoot() {
        assertThat(enlistment.viewed(view(1, 0, Health.DEAD, A, B, C), 10)).containsExactly(new Effect.WakeIn(GRACE));
        assertThat(mandate(enlistment.viewed(view(1, 6, Health.ALIVE, A, B, C), 20))
                        .formerLife())
                .isEqualTo(FORMER_LIFE);
    }

    @Test
    void itWaitsNoLongerThanTheGracePeriod() {
        enlistment.viewed(view(1, 0, Health.DEAD, A, B, C), 0);
        assertThat(enlistment.wake(GRACE)).singleElement().isInstanceOf(Effect.Assume.class);
    }

    @Test
    void aClusterOfOneDoesNotWait() {
        assertThat(enlistment.viewed(view(1, 0, Health.ALIVE, A), 0))
                .singleElement()
                .satisfies(effect ->
                        assertThat(((Effect.Assume) effect).mandate().donors()).isZero());
    }

    @Test
    void asManyDonorsAreNeededAsHoldAllThatWasAcknowledgedAndNeverMoreThanThereAreOthers() {
        assertThat(IntStream.rangeClosed(1, 5).map(Topology::donors)).containsExactly(0, 1, 2, 2, 3);
    }

    @Test
    void theStorageServesAtOnceAndCoordinatesWhenItsBootWasAgreedOn() {
        enlistment.viewed(view(1, 4, Health.ALIVE, A, B, C), 0);
        List<Effect> asked = enlistment.assumed(opened(), 0);
        assertThat(asked).containsExactly(new Effect.AskBoot(PROCESS));
        assertThat(enlistment.isInForce()).isTrue();
        assertThat(enlistment.isReady()).isFalse();
        Assignment mandate = mandate(enlistment.booted(PROCESS, new AgreedBoot(5, FORMER_LIFE), 0));
        assertThat(mandate.boot()).isEqualTo(5);
        assertThat(mandate.formerLife()).isEqualTo(FORMER_LIFE);
        assertThat(enlistment.assumed(working(5), 0))
                .as("the storage tells it itself")
                .isEmpty();
        assertThat(enlistment.isReady()).isTrue();
    }

    @Test
    void thatTheStorageWorksIsToldOnceAfterTroubleWasTold() {
        enlistment.viewed(view(1, 4, Health.ALIVE, A, B, C), 0);
        enlistment.assumed(opened(), 0);
        enlistment.notBooted("too few acceptors answer");
        enlistment.wake(0);
        enlistment.booted(PROCESS, new AgreedBoot(5, FORMER_LIFE), 0);
        assertThat(enlistment.assumed(working(5), 0))
                .singleElement()
                .satisfies(
                        effect -> assertThat(((Effect.Note) effect).isTrouble()).isFalse());
    }

    @Test
    void aBootThatCannotBeAgreedOnIsAskedForAgainAndTheNodeIsReadyWithoutIt() {
        enlistment.viewed(view(1, 4, Health.ALIVE, A, B, C), 0);
        enlistment.assumed(opened(), 0);
        List<Effect> refused = enlistment.notBooted("too few acceptors answer");
        assertThat(refused).hasSize(2);
        assertThat(((Effect.Note) refused.getFirst()).sentence()).contains("too few acceptors answer");
        assertThat(enlistment.isReady()).isTrue();
        assertThat(enlistment.wake(0)).containsExactly(new Effect.AskBoot(PROCESS));
        assertThat(enlistment.notBooted("too few acceptors answer")).hasSize(1);
    }

    @Test
    void aBootForAnEarlierProcessOfTheStorageIsNotUsed() {
        enlistment.viewed(view(1, 4, Health.ALIVE, A, B, C), 0);
        enlistment.assumed(opened(), 0);
        enlistment.forgotten(0);
        assertThat(enlistment.booted(PROCESS, new AgreedBoot(5, FORMER_LIFE), 0))
                .isEmpty();
        BootRequest other = new BootRequest(78, "disk", 4);
        assertThat(enlistment.assumed(
                        Outcome.done(new AssignmentAck(1, Optional.empty(), 78, 4, "disk", List.of())), 0))
                .containsExactly(new Effect.AskBoot(other));
    }

    @Test
    void aNewLayoutIsANewMandateAndAnUnchangedOneIsNot() {
        enlistment.viewed(view(1, 4, Health.ALIVE, A, B, C), 0);
        enlistment.assumed(working(5), 0);
        assertThat(enlistment.viewed(view(1, 5, Health.ALIVE, A, B, C), 0)).isEmpty();
        assertThat(enlistment.viewed(view(2, 5, Health.ALIVE, A, B, C), 0))
                .singleElement()
                .satisfies(
                        effect -> assertThat(((Effect.Assume) effect).mandate().placement())
                                .isEqualTo(2));
    }

    @Test
    void aLayoutThatChangesWhileTheStorageIsAskedFollowsBehind() {
        enlistment.viewed(view(1, 4, Health.ALIVE, A, B, C), 0);
        assertThat(enlistment.viewed(view(2, 4, Health.ALIVE, A, B, C), 0)).isEmpty();
        assertThat(enlistment.assumed(working(5), 0)).last().isInstanceOf(Effect.Assume.class);
    }

    @Test
    void aStorageThatRefusesIsAskedAgainEverLessOftenAndComplainedAboutOnce() {
        enlistment.viewed(view(1, 4, Health.ALIVE, A, B, C), 0);
        List<Long> delays = new ArrayList<>();
        int notes = 0;
        for (int attempt = 0; attempt < 9; attempt++) {
            for (Effect effect : enlistment.assumed(
                    Outcome.refused(new Refusal(Refusal.Reason.UNREACHABLE, 0, "no connection")), 0)) {
                if (effect instanceof Effect.WakeIn(long delayNanos)) {
                    delays.add(delayNanos / 1_000_000);
                }
                notes += effect instanceof Effect.Note ? 1 : 0;
            }
            assertThat(enlistment.wake(0)).singleElement().isInstanceOf(Effect.Assume.class);
        }
        assertThat(delays).containsExactly(100L, 200L, 400L, 800L, 1600L, 3200L, 5000L, 5000L, 5000L);
        assertThat(notes).isEqualTo(1);
    }

    @Test
    void aStorageThatForgotIsToldAgainAndGetsAnotherBoot() {
        enlistment.viewed(view(1, 4, Health.ALIVE, A, B, C), 0);
        enlistment.assumed(working(9), 0);
        assertThat(mandate(enlistment.forgotten(0)).boot()).isZero();
        assertThat(enlistment.isInForce()).isFalse();
    }

    private static Assignment mandate(List<Effect> effects) {
        return ((Effect.Assume) effects.getLast()).mandate();
    }

    @Test
    void aNodeThatIsNoMemberHasNoMandate() {
        assertThat(enlistment.viewed(view(1, 0, Health.ALIVE, B, C), 0)).isEmpty();
    }

    @Test
    void aNodeOfWhichAnotherLifeIsTheMemberHasNoMandateYet() {
        ClusterView view = view(1, 0, Health.ALIVE, A, B, C);
        List<Member> members = new ArrayList<>(view.members());
        members.set(0, member(A, Health.ALIVE, "the life after a"));
        assertThat(enlistment.viewed(new ClusterView(A, 3, view.agreement(), members), 0))
                .isEmpty();
        assertThat(enlistment.viewed(view, 0)).singleElement().isInstanceOf(Effect.Assume.class);
    }

    private static Outcome<AssignmentAck> opened() {
        return Outcome.done(new AssignmentAck(1, Optional.empty(), PROCESS.life(), 4, "disk", List.of()));
    }

    private static Outcome<AssignmentAck> working(int boot) {
        return Outcome.done(
                new AssignmentAck(1, Optional.of(new Actor(1, boot)), PROCESS.life(), 4, "disk", List.of()));
    }

    @Test
    void aProcessWhoseBootAnotherOneHasTakenStops() {
        enlistment.viewed(view(1, 4, Health.ALIVE, A, B, C), 0);
        enlistment.assumed(opened(), 0);
        enlistment.booted(PROCESS, new AgreedBoot(5, FORMER_LIFE), 0);
        enlistment.assumed(working(5), 0);
        assertThat(enlistment.viewed(view(1, 6, Health.ALIVE, A, B, C), 0))
                .singleElement()
                .satisfies(effect -> assertThat(((Effect.Stop) effect).sentence())
                        .contains("Another process has replaced this one as node a")
                        .contains("a copy of its data folder"));
    }

    @Test
    void aStorageOfAnotherNodeOrClusterEndsTheProcessAndIsNotAskedForEver() {
        enlistment.viewed(view(1, 4, Health.ALIVE, A, B, C), 0);
        Refusal refusal = new Refusal(Refusal.Reason.WRONG_IDENTITY, 0, "this storage belongs to node b");
        assertThat(enlistment.assumed(Outcome.refused(refusal), 0))
                .singleElement()
                .satisfies(
                        effect -> assertThat(((Effect.Stop) effect).sentence()).contains("belongs to node b"));
    }

    /** What a sees: itself alive with a boot, all others in the same health. */
    private static ClusterView view(long version, int boot, Health others, NodeId... members) {
        List<Member> known = new ArrayList<>();
        for (NodeId node : members) {
            known.add(member(node, node.equals(A) ? Health.ALIVE : others));
        }
        List<NodeId> founders = List.of(members);
        ClusterState state = ClusterState.first(Formation.first(
                CLUSTER,
                Bytes.wrap(new byte[32]),
                founders,
                founders.stream().map(NodeId::name).toList(),
                4,
                3));
        if (boot > 0) {
            state = after(state, new MemberChange.Boot(A, "a", 0, FORMER_LIFE, "disk", boot - 1));
        }
        if (version > 1) {
            Layout layout = new Layout(version, Layout.first(founders, 4, 3).replicaSets());
            state = after(
                    state, new StateChange.TakeLayout(NumberedLayout.of(layout, node -> founders.indexOf(node) + 1)));
        }
        return new ClusterView(A, members.length, Optional.of(Agreement.of(state)), known);
    }

    private static ClusterState after(ClusterState state, StateChange change) {
        return ((StateChange.Outcome.Changed) change.apply(state)).state();
    }

    private static Member member(NodeId node, Health health) {
        return member(node, health, node.name());
    }

    private static Member member(NodeId node, Health health, String instance) {
        Addresses nowhere = new Addresses(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
        return new Member(node, 1, health, nowhere, instance, 0, "", "", 0);
    }
}
