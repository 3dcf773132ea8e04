package io.dotkv.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.cluster.Addresses;
import io.dotkv.cluster.ClusterView;
import io.dotkv.cluster.Formation;
import io.dotkv.cluster.Health;
import io.dotkv.cluster.Layout;
import io.dotkv.cluster.Member;
import io.dotkv.kernel.Actor;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.NodeId;
import io.dotkv.replication.Enlistment.Effect;
import io.dotkv.storage.Assumed;
import io.dotkv.storage.Mandate;
import io.dotkv.storage.Outcome;
import io.dotkv.storage.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EnlistmentTest {
    private static final NodeId A = new NodeId("a");
    private static final NodeId B = new NodeId("b");
    private static final NodeId C = new NodeId("c");
    private static final String CLUSTER = "0123456789abcdef0123456789abcdef";
    private static final long GRACE = 3_000_000_000L;

    private final Enlistment enlistment = new Enlistment(GRACE);

    @Test
    void nothingHappensBeforeTheClusterHasFormed() {
        ClusterView unformed = new ClusterView(A, 3, Optional.empty(), List.of());
        assertThat(enlistment.viewed(unformed, 0)).isEmpty();
        assertThat(enlistment.isInForce()).isFalse();
    }

    @Test
    void theMandateSaysWhoHoldsWhatAndAsksForABootHigherThanEveryOneKnown() {
        assertThat(enlistment.viewed(view(1, 4, Health.ALIVE, A, B, C), 0))
                .containsExactly(new Effect.Assume(new Mandate(
                        CLUSTER,
                        A,
                        1,
                        5,
                        true,
                        1,
                        4,
                        Layout.first(List.of(A, B, C), 4, 3).heldBy(A),
                        2)));
    }

    @Test
    void aNodeThatNobodyKnowsABootOfIsNew() {
        Effect effect = enlistment.viewed(view(1, 0, Health.ALIVE, A, B, C), 0).getFirst();
        assertThat(((Effect.Assume) effect).mandate().bootAtLeast()).isEqualTo(1);
        assertThat(((Effect.Assume) effect).mandate().knownBefore()).isFalse();
    }

    @Test
    void theFirstMandateWaitsForAnotherMemberWhichMayKnowAnEarlierBoot() {
        assertThat(enlistment.viewed(view(1, 0, Health.DEAD, A, B, C), 10)).containsExactly(new Effect.WakeIn(GRACE));
        assertThat(enlistment.viewed(view(1, 6, Health.ALIVE, A, B, C), 20))
                .singleElement()
                .satisfies(
                        effect -> assertThat(((Effect.Assume) effect).mandate().bootAtLeast())
                                .isEqualTo(7));
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
                        assertThat(((Effect.Assume) effect).mandate().donors()).isEqualTo(1));
    }

    @Test
    void aBootThatWasTakenIsMadeKnown() {
        enlistment.viewed(view(1, 4, Health.ALIVE, A, B, C), 0);
        assertThat(enlistment.assumed(assumed(9), 0)).contains(new Effect.RecordBoot(9));
        assertThat(enlistment.isInForce()).isTrue();
    }

    @Test
    void aNewLayoutIsANewMandateAndAnUnchangedOneIsNot() {
        enlistment.viewed(view(1, 4, Health.ALIVE, A, B, C), 0);
        enlistment.assumed(assumed(5), 0);
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
        assertThat(enlistment.assumed(assumed(5), 0)).last().isInstanceOf(Effect.Assume.class);
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
    void aStorageThatForgotIsToldAgainWithAHigherBoot() {
        enlistment.viewed(view(1, 4, Health.ALIVE, A, B, C), 0);
        enlistment.assumed(assumed(9), 0);
        Mandate again = ((Effect.Assume) enlistment.forgotten(0).getFirst()).mandate();
        assertThat(again.bootAtLeast()).isEqualTo(10);
        assertThat(again.knownBefore()).isTrue();
        assertThat(enlistment.isInForce()).isFalse();
    }

    @Test
    void aNodeThatIsNoMemberHasNoMandate() {
        assertThat(enlistment.viewed(view(1, 0, Health.ALIVE, B, C), 0)).isEmpty();
    }

    private static Outcome<Assumed> assumed(int boot) {
        return Outcome.done(new Assumed(new Actor(1, boot), List.of()));
    }

    /** What a sees: itself alive with a boot, all others in the same health. */
    private static ClusterView view(long version, int boot, Health others, NodeId... members) {
        List<Member> known = new ArrayList<>();
        for (NodeId node : members) {
            known.add(member(node, node.equals(A) ? Health.ALIVE : others, node.equals(A) ? boot : 0));
        }
        Layout layout = new Layout(version, Layout.first(List.of(members), 4, 3).replicaSets());
        return new ClusterView(
                A,
                members.length,
                Optional.of(new Formation(CLUSTER, Bytes.wrap(new byte[32]), List.of(members), layout)),
                known);
    }

    private static Member member(NodeId node, Health health, int boot) {
        Addresses nowhere = new Addresses(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
        return new Member(node, 1, health, nowhere, "instance", boot, "", "", 0);
    }
}
