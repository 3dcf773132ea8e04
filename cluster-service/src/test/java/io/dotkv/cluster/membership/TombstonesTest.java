package io.dotkv.cluster.membership;

import static io.dotkv.cluster.MemberTest.member;
import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.cluster.Health;
import io.dotkv.cluster.Member;
import io.dotkv.cluster.Now;
import io.dotkv.kernel.NodeId;
import java.util.List;
import org.junit.jupiter.api.Test;

class TombstonesTest {
    private static final long HOUR = 3_600_000_000_000L;

    private final MemberTable table = new MemberTable(new NodeId("self"));
    private final Tombstones tombstones = new Tombstones(HOUR);
    private final Member dead = member("m", 5, Health.DEAD, "aa", 0);

    private void passTo(double hours) {
        tombstones.tick(table, new Now((long) (hours * HOUR), 0));
    }

    @Test
    void theDeadAreForgottenAfterTheirTimeAndNotBefore() {
        table.put(dead);
        passTo(1);
        passTo(1.99);
        assertThat(table.get(dead.node())).contains(dead);
        passTo(2);
        assertThat(table.get(dead.node())).isEmpty();
    }

    @Test
    void whoCameBackMeanwhileBeginsAnew() {
        table.put(dead);
        passTo(1);
        table.put(member("m", 6, Health.ALIVE, "aa", 0));
        passTo(1.5);
        table.put(member("m", 6, Health.DEAD, "aa", 0));
        passTo(1.6);
        passTo(2.5);
        assertThat(table.get(dead.node())).isPresent();
        passTo(2.6);
        assertThat(table.get(dead.node())).isEmpty();
    }

    @Test
    void whomTheFormationNamesIsNeverForgotten() {
        table.keep(List.of(dead.node()));
        table.put(dead);
        passTo(1);
        passTo(1_000);
        assertThat(table.get(dead.node())).contains(dead);
    }

    @Test
    void whatOthersSayOfTheForgottenIsNotTakenInUnlessItIsNewer() {
        table.put(dead);
        passTo(1);
        passTo(2);
        assertThat(tombstones.admit(member("m", 5, Health.ALIVE, "aa", 0), false, table))
                .isEmpty();
        assertThat(tombstones.admit(member("m", 4, Health.SUSPECT, "aa", 0), false, table))
                .isEmpty();
        Member newer = member("m", 6, Health.ALIVE, "aa", 0);
        assertThat(tombstones.admit(newer, false, table)).contains(newer);
    }

    @Test
    void onlyTheMemberItselfReplacesItsTombstoneAndIsToldThatItWasDead() {
        table.put(dead);
        passTo(1);
        passTo(2);
        Member returned = member("m", 3, Health.ALIVE, "aa", 0);
        assertThat(tombstones.admit(returned, true, table)).hasValueSatisfying(believed -> {
            assertThat(believed.health()).isEqualTo(Health.DEAD);
            assertThat(believed.incarnation()).isEqualTo(5);
        });
    }

    @Test
    void theDeathOfAStrangerIsNotTakenIn() {
        assertThat(tombstones.admit(dead, false, table)).isEmpty();
        table.keep(List.of(dead.node()));
        assertThat(tombstones.admit(dead, false, table)).contains(dead);
    }

    @Test
    void aTombstoneIsRemovedAfterTheSameTimeAgain() {
        table.put(dead);
        passTo(1);
        passTo(2);
        passTo(2.99);
        Member old = member("m", 5, Health.ALIVE, "aa", 0);
        assertThat(tombstones.admit(old, false, table)).isEmpty();
        passTo(3);
        assertThat(tombstones.admit(old, false, table)).contains(old);
    }
}
