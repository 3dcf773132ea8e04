package io.dotkv.cluster.membership;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LocalHealthTest {
    @Test
    void theScoreStaysWithinItsBounds() {
        LocalHealth health = new LocalHealth(3);
        health.succeeded();
        assertThat(health.multiplier()).isEqualTo(1);
        health.failed();
        assertThat(health.multiplier()).isEqualTo(2);
        health.unheardHelpers(9);
        assertThat(health.multiplier()).isEqualTo(4);
        health.succeeded();
        assertThat(health.multiplier()).isEqualTo(3);
    }

    @Test
    void withoutRoomForAScoreNothingIsStretched() {
        LocalHealth health = new LocalHealth(0);
        health.failed();
        assertThat(health.multiplier()).isEqualTo(1);
    }
}
