package io.dotkv.simulation.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.ports.Scheduler;
import io.dotkv.simulation.Run;
import io.dotkv.simulation.RunOptions;
import io.dotkv.simulation.RunResult;
import io.dotkv.simulation.machine.FaultHooks;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A run that stands still ends, as a failure that says so, whatever it is that has no end. */
@Tag("simulation")
class WatchedRunTest {
    private static final long SEED = 1;
    private static final long ENOUGH_NANOS = 1_000_000_000;

    /** Each process of a node does this besides, after a second. */
    private static RunOptions with(Consumer<Scheduler> planted) {
        return RunOptions.defaults().withFittings(new FaultHooks() {
            @Override
            public Scheduler scheduler(NodeId node, Scheduler scheduler) {
                scheduler.schedule(() -> planted.accept(scheduler), ENOUGH_NANOS);
                return scheduler;
            }
        });
    }

    private static void again(Scheduler scheduler, long delayNanos) {
        scheduler.schedule(() -> again(scheduler, delayNanos), delayNanos);
    }

    private static void loop() {
        while (!Thread.currentThread().isInterrupted()) {
            Thread.onSpinWait();
        }
    }

    private static void descend(int depth) {
        if (depth >= 0) {
            descend(depth + 1);
            descend(depth + 2);
        }
    }

    @Test
    void anEventThatFollowsItselfAtTheSameInstantIsFound() {
        assertStandsStill(
                WatchedRun.of(SEED, with(scheduler -> again(scheduler, 0))),
                "events ran in one second of virtual time");
    }

    @Test
    void anEventThatFollowsItselfAfterANanosecondIsFound() {
        assertStandsStill(
                WatchedRun.of(SEED, with(scheduler -> again(scheduler, 1))),
                "events ran in one second of virtual time");
    }

    @Test
    void aLoopWithinAnEventIsFoundWithItsPlace() {
        RunResult result = WatchedRun.of(SEED, with(scheduler -> loop()), Duration.ofMillis(50));
        assertStandsStill(result, "WatchedRunTest.loop(");
        assertThat(result.shape()).isEqualTo(Run.of(SEED, RunOptions.defaults()).shape());
    }

    private static void assertStandsStill(RunResult result, String words) {
        assertThat(result.seed()).isEqualTo(SEED);
        assertThat(result.violations()).singleElement().satisfies(violation -> {
            assertThat(violation.invariant()).isEqualTo("TimeGoesOn");
            assertThat(violation.how()).contains(words);
        });
    }

    @Test
    void anEndlessDescentIsADefect() {
        assertThat(WatchedRun.of(SEED, with(scheduler -> descend(0))).violations())
                .singleElement()
                .satisfies(violation -> assertThat(violation.how()).contains("StackOverflowError"));
    }

    @Test
    void anErrorOfTheMachineIsToldWithTheSeed() {
        assertThatIllegalStateException()
                .isThrownBy(() -> WatchedRun.of(SEED, with(scheduler -> {
                    throw new LinkageError("a class is missing");
                })))
                .withMessageContaining("seed " + SEED)
                .withMessageContaining("a class is missing");
    }

    @Test
    void aRunThatIsWatchedIsTheSameRun() {
        assertThat(WatchedRun.of(SEED, RunOptions.defaults())).isEqualTo(Run.of(SEED, RunOptions.defaults()));
    }
}
