package io.dotkv.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("simulation")
class SimulateCommandTest {
    @Test
    void aSeedReplaysWithItsTraceTheSameEachTime() {
        Run first = Run.of("sim", "--seed", "3", "--nodes", "3");
        Run second = Run.of("sim", "--seed", "3", "--nodes", "3");
        assertThat(first.exitCode()).isZero();
        assertThat(first.out()).contains("n1    starts", "faults end", "everything held");
        assertThat(second.out()).isEqualTo(first.out());
    }

    @Test
    void freshSeedsRunForTheTimeThatIsGiven() {
        Run run = Run.of("sim", "--seconds", "1");
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("seeds, 0 failed", "events per second");
        assertThat(run.out().lines()).hasSize(1);
    }

    @Test
    void aClusterOfNobodyIsRefused() {
        Run run = Run.of("sim", "--nodes", "0");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("--nodes 1 to 100");
    }
}
