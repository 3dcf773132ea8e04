package io.dotkv.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.ports.RandomSource;
import io.dotkv.kernel.ports.SeededRandom;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

public class MemberTest {
    private final RandomSource random = new SeededRandom(5);

    public static Member member(String name, long incarnation, Health health, String instance, int boot) {
        Addresses addresses =
                new Addresses(Optional.empty(), Optional.empty(), Optional.of(name + ":1"), Optional.empty());
        return new Member(new NodeId(name), incarnation, health, addresses, instance, boot, name, "test", 0);
    }

    private Member random() {
        return member(
                "a",
                random.nextInt(3),
                List.of(Health.values()).get(random.nextInt(4)),
                Integer.toString(random.nextInt(2)),
                random.nextInt(3));
    }

    @Test
    void mergingIsCommutativeAssociativeAndIdempotent() {
        for (int i = 0; i < 10_000; i++) {
            Member a = random();
            Member b = random();
            Member c = random();
            assertThat(a.merge(b)).isEqualTo(b.merge(a));
            assertThat(a.merge(b).merge(c)).isEqualTo(a.merge(b.merge(c)));
            assertThat(a.merge(a)).isEqualTo(a);
            assertThat(b.isNewsTo(a)).isEqualTo(!a.merge(b).equals(a));
        }
    }

    @Test
    void theHigherIncarnationWinsAndAtTheSameTheWorseHealth() {
        Member suspect = member("a", 1, Health.SUSPECT, "0", 0);
        assertThat(suspect.merge(member("a", 2, Health.ALIVE, "0", 0)).health()).isEqualTo(Health.ALIVE);
        assertThat(suspect.merge(member("a", 1, Health.ALIVE, "0", 0)).health()).isEqualTo(Health.SUSPECT);
        assertThat(suspect.merge(member("a", 1, Health.LEFT, "0", 0)).health()).isEqualTo(Health.LEFT);
    }

    @Test
    void theHighestBootSurvivesWhicheverRecordWins() {
        assertThat(member("a", 1, Health.DEAD, "0", 9)
                        .merge(member("a", 2, Health.ALIVE, "1", 0))
                        .boot())
                .isEqualTo(9);
    }

    @Test
    void numbersOutOfRangeAreRefused() {
        assertThatThrownBy(() -> member("a", -1, Health.ALIVE, "0", 0)).hasMessageContaining("incarnation of a");
        assertThatThrownBy(() -> member("a", Long.MAX_VALUE, Health.ALIVE, "0", 0))
                .hasMessageContaining("incarnation");
        assertThatThrownBy(() -> member("a", 1, Health.ALIVE, "0", -1)).hasMessageContaining("boot number of a");
    }
}
