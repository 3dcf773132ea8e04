package io.dotkv.kernel.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.kernel.ports.Scheduler.Cancellable;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SimulatedTimeTest {
    private final SimulatedTime time = new SimulatedTime(1);
    private final List<String> ran = new ArrayList<>();

    @Test
    void tasksRunInTheOrderInWhichTheyAreDueAndTheClockJumpsToEach() {
        time.schedule(() -> ran.add("late at " + time.monotonicNanos()), 20);
        time.schedule(() -> ran.add("soon at " + time.monotonicNanos()), 10);
        time.runFor(30);
        assertThat(ran).containsExactly("soon at 10", "late at 20");
        assertThat(time.monotonicNanos()).isEqualTo(30);
    }

    @Test
    void tasksOfOneProcessDueAtTheSameInstantRunInTheOrderOfTheirSubmission() {
        for (int i = 0; i < 20; i++) {
            String name = Integer.toString(i);
            time.execute(() -> ran.add(name));
        }
        time.runFor(0);
        assertThat(ran)
                .containsExactly(
                        "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16",
                        "17", "18", "19");
    }

    @Test
    void aTaskNeverStartsInsideTheCallThatSubmitsIt() {
        time.execute(() -> {
            time.execute(() -> ran.add("inner"));
            ran.add("outer");
        });
        time.runFor(0);
        assertThat(ran).containsExactly("outer", "inner");
    }

    @Test
    void aCancelledTaskDoesNotRun() {
        Cancellable task = time.schedule(() -> ran.add("never"), 10);
        task.cancel();
        time.runFor(20);
        assertThat(ran).isEmpty();
    }

    @Test
    void nothingOfAKilledProcessRuns() {
        SimulatedTime.SimulatedProcess process = time.process();
        process.execute(() -> ran.add("waiting"));
        process.kill();
        process.execute(() -> ran.add("later"));
        assertThat(time.step()).isFalse();
        assertThat(ran).isEmpty();
    }

    @Test
    void aPausedProcessRunsLateAndInTheOrderInWhichItsTasksBecameDue() {
        SimulatedTime.SimulatedProcess paused = time.process();
        SimulatedTime.SimulatedProcess other = time.process();
        var _ = paused.schedule(() -> ran.add("third at " + time.monotonicNanos()), 100);
        var _ = paused.schedule(() -> ran.add("second at " + time.monotonicNanos()), 7);
        var _ = paused.schedule(() -> ran.add("first at " + time.monotonicNanos()), 5);
        var _ = other.schedule(() -> ran.add("other at " + time.monotonicNanos()), 50);
        paused.pause(100);
        time.runFor(200);
        assertThat(ran).containsExactly("other at 50", "first at 100", "second at 100", "third at 100");
    }

    @Test
    void whatWasCancelledDuringAPauseDoesNotRunBehindIt() {
        SimulatedTime.SimulatedProcess paused = time.process();
        Cancellable task = paused.schedule(() -> ran.add("never"), 5);
        paused.pause(100);
        time.runFor(50);
        task.cancel();
        time.runFor(100);
        assertThat(ran).isEmpty();
    }

    @Test
    void theSeedDecidesTheOrderOfDifferentProcessesAndRepeatsIt() {
        List<String> orders = new ArrayList<>();
        for (long seed = 0; seed < 16; seed++) {
            assertThat(orderOfTwo(seed)).isEqualTo(orderOfTwo(seed));
            orders.add(orderOfTwo(seed));
        }
        assertThat(orders).contains("[a, b]", "[b, a]");
    }

    private static String orderOfTwo(long seed) {
        SimulatedTime time = new SimulatedTime(seed);
        List<String> ran = new ArrayList<>();
        SimulatedTime.SimulatedProcess a = time.process();
        SimulatedTime.SimulatedProcess b = time.process();
        a.execute(() -> ran.add("a"));
        b.execute(() -> ran.add("b"));
        time.runFor(0);
        return ran.toString();
    }

    @Test
    void runUntilStopsAtTheConditionOrAtTheLimit() {
        time.execute(() -> {});
        time.schedule(() -> ran.add("due"), 10);
        assertThat(time.runUntil(() -> !ran.isEmpty(), 5)).isFalse();
        assertThat(time.monotonicNanos()).isEqualTo(5);
        assertThat(time.runUntil(() -> !ran.isEmpty(), 100)).isTrue();
        assertThat(time.monotonicNanos()).isEqualTo(10);
    }
}
