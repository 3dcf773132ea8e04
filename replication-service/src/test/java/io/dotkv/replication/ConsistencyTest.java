package io.dotkv.replication;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ConsistencyTest {
    @Test
    void aLevelCountsOverTheReplicasOfTheLayout() {
        assertThat(Consistency.ONE.required(3)).isEqualTo(1);
        assertThat(Consistency.TWO.required(3)).isEqualTo(2);
        assertThat(Consistency.QUORUM.required(3)).isEqualTo(2);
        assertThat(Consistency.ALL.required(3)).isEqualTo(3);
    }

    @Test
    void twoMajoritiesAlwaysMeet() {
        for (int replicas = 1; replicas < 20; replicas++) {
            assertThat(2 * Consistency.QUORUM.required(replicas)).isGreaterThan(replicas);
        }
    }

    @Test
    void twoOfOneAsksForMoreThanThereAre() {
        assertThat(Consistency.TWO.required(1)).isEqualTo(2);
    }
}
