package io.dotkv.cluster.membership;

import static io.dotkv.cluster.MemberTest.member;
import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.cluster.Health;
import io.dotkv.cluster.Member;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.testkit.Seeds;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TableHashTest {
    private final NodeId self = new NodeId("self");

    @Test
    void whateverTheWayToATableItsHashIsTheSame() {
        Seeds.run(500, random -> {
            MemberTable table = new MemberTable(self);
            Map<NodeId, Member> model = new HashMap<>();
            List<NodeId> kept = List.of(new NodeId("m0"), new NodeId("m1"));
            for (int step = 0; step < 60; step++) {
                Member member = member(
                        "m" + random.nextInt(6),
                        random.nextInt(4),
                        List.of(Health.values()).get(random.nextInt(4)),
                        "i" + random.nextInt(2),
                        random.nextInt(3));
                if (random.nextInt(5) == 0) {
                    table.remove(member.node());
                    model.remove(member.node());
                } else {
                    table.put(member);
                    model.put(member.node(), member);
                }
                if (random.nextInt(30) == 0) {
                    table.keep(kept);
                }
            }
            table.keep(kept);
            MemberTable other = new MemberTable(self);
            other.keep(kept);
            new ArrayList<>(model.values()).forEach(other::put);
            assertThat(table.hash()).isEqualTo(other.hash());
        });
    }

    @Test
    void itTellsIncarnationInstanceBootAndPresenceApartAndNothingElse() {
        Member alive = member("m", 5, Health.ALIVE, "aa", 3);
        long hash = hashOf(alive, true);
        assertThat(hashOf(member("m", 6, Health.ALIVE, "aa", 3), true)).isNotEqualTo(hash);
        assertThat(hashOf(member("m", 5, Health.ALIVE, "bb", 3), true)).isNotEqualTo(hash);
        assertThat(hashOf(member("m", 5, Health.ALIVE, "aa", 4), true)).isNotEqualTo(hash);
        assertThat(hashOf(member("n", 5, Health.ALIVE, "aa", 3), true)).isNotEqualTo(hash);
        assertThat(hashOf(member("m", 5, Health.DEAD, "aa", 3), true))
                .isNotEqualTo(hash)
                .isNotEqualTo(hashOf(member("m", 5, Health.LEFT, "aa", 3), true));
        assertThat(hashOf(alive.withHealth(Health.SUSPECT, self, "why"), true)).isEqualTo(hash);
    }

    @Test
    void theDeadCountOnlyWhenTheyAreKept() {
        Member dead = member("m", 5, Health.DEAD, "aa", 3);
        assertThat(hashOf(dead, false)).isZero();
        assertThat(hashOf(dead, true)).isNotZero();
    }

    private long hashOf(Member member, boolean kept) {
        MemberTable table = new MemberTable(self);
        if (kept) {
            table.keep(List.of(member.node()));
        }
        table.put(member);
        return table.hash();
    }
}
