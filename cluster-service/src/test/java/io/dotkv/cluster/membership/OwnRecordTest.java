package io.dotkv.cluster.membership;

import static io.dotkv.cluster.MemberTest.member;
import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.cluster.Health;
import io.dotkv.cluster.Member;
import io.dotkv.kernel.NodeId;
import org.junit.jupiter.api.Test;

class OwnRecordTest {
    private final OwnRecord own =
            new OwnRecord(new MemberTable(new NodeId("a")), member("a", 5, Health.ALIVE, "bb", 3));

    @Test
    void aSuspicionOfTheCurrentIncarnationIsRefuted() {
        assertThat(own.hear(member("a", 5, Health.SUSPECT, "bb", 0))).isInstanceOf(OwnRecord.Outcome.Raised.class);
        assertThat(own.get().incarnation()).isEqualTo(6);
        assertThat(own.get().health()).isEqualTo(Health.ALIVE);
    }

    @Test
    void aSuspicionOfAnOldIncarnationIsIgnored() {
        assertThat(own.hear(member("a", 4, Health.DEAD, "bb", 0))).isInstanceOf(OwnRecord.Outcome.Unchanged.class);
        assertThat(own.get().incarnation()).isEqualTo(5);
    }

    @Test
    void aDiskFromBeforeIsRaisedAboveWhatThePeersRemember() {
        assertThat(own.hear(member("a", 9, Health.ALIVE, "bb", 7))).isInstanceOf(OwnRecord.Outcome.Raised.class);
        assertThat(own.get().incarnation()).isEqualTo(10);
        assertThat(own.get().boot()).isEqualTo(7);
    }

    @Test
    void aDeadFormerLifeWithAnotherInstanceIsTakenOver() {
        assertThat(own.hear(member("a", 8, Health.DEAD, "aa", 12))).isInstanceOf(OwnRecord.Outcome.Raised.class);
        assertThat(own.get().incarnation()).isEqualTo(9);
        assertThat(own.get().instance()).isEqualTo("bb");
        assertThat(own.get().boot()).isEqualTo(12);
    }

    @Test
    void aLivingNodeOfThisNameElsewhereWithABetterClaimIsARival() {
        Member rival = new Member(
                own.get().node(),
                6,
                Health.ALIVE,
                member("elsewhere", 1, Health.ALIVE, "0", 0).addresses(),
                "aa",
                0,
                "a",
                "started",
                0);
        assertThat(own.hear(rival)).isEqualTo(new OwnRecord.Outcome.Rivalled(rival));
        assertThat(own.get().incarnation()).isEqualTo(5);
    }

    @Test
    void aLaterProcessOnACopyOfItsDataElsewhereIsARivalAndOneInItsPlaceIsItsPast() {
        Member elsewhere = new Member(
                own.get().node(),
                6,
                Health.ALIVE,
                member("elsewhere", 1, Health.ALIVE, "0", 0).addresses(),
                own.get().instance(),
                0,
                "a",
                "started",
                0);
        assertThat(own.hear(elsewhere)).isEqualTo(new OwnRecord.Outcome.Rivalled(elsewhere));
        assertThat(own.hear(elsewhere.withHealth(Health.DEAD, own.get().node(), "silent")))
                .isInstanceOf(OwnRecord.Outcome.Raised.class);
        assertThat(own.hear(member("a", 9, Health.ALIVE, "bb", 0))).isInstanceOf(OwnRecord.Outcome.Raised.class);
    }

    @Test
    void whoLeavesDoesNotRefute() {
        own.leave();
        assertThat(own.hear(member("a", 5, Health.DEAD, "bb", 0))).isInstanceOf(OwnRecord.Outcome.Unchanged.class);
        assertThat(own.get().health()).isEqualTo(Health.LEFT);
    }

    @Test
    void anIncarnationAtItsLimitIsNotRaisedBeyondIt() {
        Member limit = member("a", Member.MAX_INCARNATION, Health.DEAD, "bb", 0);
        assertThat(own.hear(limit)).isInstanceOf(OwnRecord.Outcome.Unchanged.class);
    }
}
