package io.dotkv.cluster.membership;

import static io.dotkv.cluster.Health.ALIVE;
import static io.dotkv.cluster.Health.DEAD;
import static io.dotkv.cluster.Health.LEFT;
import static io.dotkv.cluster.Health.SUSPECT;
import static io.dotkv.cluster.MemberTest.member;
import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.cluster.Health;
import io.dotkv.cluster.Member;
import io.dotkv.cluster.Now;
import io.dotkv.kernel.NodeId;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The table in the documentation of {@link Health}, against what the member table does. */
class HealthTest {
    private static final Map<Health, Set<Health>> AT_THE_SAME_INCARNATION = Map.of(
            ALIVE, Set.of(SUSPECT, LEFT),
            SUSPECT, Set.of(SUSPECT, DEAD, LEFT),
            DEAD, Set.of(LEFT),
            LEFT, Set.of());
    private static final Map<Health, Set<Health>> AT_A_HIGHER_INCARNATION = Map.of(
            ALIVE, Set.of(ALIVE, SUSPECT, LEFT),
            SUSPECT, Set.of(ALIVE, SUSPECT, LEFT),
            DEAD, Set.of(ALIVE, SUSPECT, DEAD, LEFT),
            LEFT, Set.of(ALIVE, SUSPECT, DEAD, LEFT));

    private final NodeId observer = new NodeId("observer");

    @Test
    void everyPairIsLegalOrNotAsTheTableSays() {
        for (Health from : Health.values()) {
            for (Health to : Health.values()) {
                assertThat(from.mayBecome(to, false))
                        .as("%s to %s of the same incarnation", from, to)
                        .isEqualTo(AT_THE_SAME_INCARNATION
                                .getOrDefault(from, Set.of())
                                .contains(to));
                assertThat(from.mayBecome(to, true))
                        .as("%s to %s of a higher incarnation", from, to)
                        .isEqualTo(AT_A_HIGHER_INCARNATION
                                .getOrDefault(from, Set.of())
                                .contains(to));
            }
        }
    }

    @Test
    void whateverIsHeardABeliefChangesOnlyAsTheTableSays() {
        for (Health from : Health.values()) {
            for (Health to : Health.values()) {
                for (long incarnation = 4; incarnation <= 6; incarnation++) {
                    check(from, to, incarnation);
                }
            }
        }
    }

    private void check(Health from, Health to, long heardIncarnation) {
        Member known = record(from, 5, "known");
        Member heard = record(to, heardIncarnation, "heard");
        MemberTable table = new MemberTable(observer);
        table.put(known);
        boolean changed = table.merge(heard, false, new Now(0, 0)).isPresent();
        Member believed = table.get(known.node()).orElseThrow();
        String what = "knowing %s@5, hearing %s@%d, believing %s@%d"
                .formatted(from, to, heardIncarnation, believed.health(), believed.incarnation());
        if (changed) {
            assertThat(from.mayBecome(believed.health(), believed.incarnation() > 5))
                    .as(what)
                    .isTrue();
        } else {
            assertThat(believed).as(what).isEqualTo(known);
        }
        boolean isHigher = heardIncarnation > 5;
        boolean isLegal = heardIncarnation >= 5 && from.mayBecome(to, isHigher);
        if (isLegal) {
            assertThat(believed.health()).as(what).isEqualTo(to);
            assertThat(believed.incarnation()).as(what).isEqualTo(heardIncarnation);
        } else if (heardIncarnation >= 5 && to == DEAD && known.isLive()) {
            assertThat(believed.health()).as(what).isEqualTo(SUSPECT);
            assertThat(believed.incarnation()).as(what).isEqualTo(heardIncarnation);
        } else {
            assertThat(changed).as(what).isFalse();
        }
    }

    private static Member record(Health health, long incarnation, String noticer) {
        return member("m", incarnation, ALIVE, "aa", 0).withHealth(health, new NodeId(noticer), "test");
    }

    @Test
    void whoSawItForItselfTakesADeathAtOnce() {
        MemberTable table = new MemberTable(observer);
        table.put(record(ALIVE, 5, "known"));
        table.merge(record(DEAD, 5, "observer"), true, new Now(0, 0));
        assertThat(table.get(new NodeId("m")).orElseThrow().health()).isEqualTo(DEAD);
    }
}
