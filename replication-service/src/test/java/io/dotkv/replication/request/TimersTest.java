package io.dotkv.replication.request;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.kernel.simulated.SimulatedTime;
import io.dotkv.kernel.testkit.Seeds;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimersTest {
    private static final long MILLIS = 1_000_000;

    private final SimulatedTime time = new SimulatedTime(1);
    private final Timers timers = new Timers(time, time);
    private final List<String> rang = new ArrayList<>();

    private final class Named extends Timers.Alarm {
        private final String name;

        Named(String name) {
            this.name = name;
        }

        @Override
        void ring() {
            rang.add(name);
        }
    }

    @Test
    void anAlarmRingsOnceWhenItIsDueAndAtMostTwoSlotsLate() {
        timers.set(new Named("a"), 40 * MILLIS);
        time.runFor(40 * MILLIS - 1);
        assertThat(rang).isEmpty();
        time.runFor(2 * Timers.SLOT_NANOS);
        assertThat(rang).containsExactly("a");
        time.runFor(20_000 * MILLIS);
        assertThat(rang).containsExactly("a");
    }

    @Test
    void aStoppedAlarmDoesNotRingAndStoppingTwiceIsHarmless() {
        Named first = new Named("first");
        Named second = new Named("second");
        Named third = new Named("third");
        timers.set(first, 10 * MILLIS);
        timers.set(second, 10 * MILLIS);
        timers.set(third, 10 * MILLIS);
        timers.stop(second);
        timers.stop(second);
        time.runFor(30 * MILLIS);
        assertThat(rang).containsExactlyInAnyOrder("first", "third");
        timers.stop(first);
    }

    @Test
    void anAlarmFarAwayRingsAfterManyTurnsOfTheWheel() {
        timers.set(new Named("far"), 60_000 * MILLIS);
        time.runFor(59_990 * MILLIS);
        assertThat(rang).isEmpty();
        time.runFor(20 * MILLIS);
        assertThat(rang).containsExactly("far");
    }

    @Test
    void anAlarmThatIsAlreadyDueRingsAtTheNextTurn() {
        time.runFor(10_000 * MILLIS);
        timers.set(new Named("late"), 1);
        time.runFor(2 * Timers.SLOT_NANOS);
        assertThat(rang).containsExactly("late");
    }

    @Test
    void theWheelStandsStillWhenNoAlarmIsSet() {
        Named alarm = new Named("a");
        timers.set(alarm, 10_000 * MILLIS);
        timers.stop(alarm);
        time.runFor(20 * MILLIS);
        assertThat(time.step()).isFalse();
    }

    @Test
    void anAlarmMayBeSetAgainWhileItRings() {
        timers.set(
                new Timers.Alarm() {
                    @Override
                    void ring() {
                        rang.add("ring");
                        if (rang.size() < 4) {
                            timers.set(this, time.monotonicNanos() + 10 * MILLIS);
                        }
                    }
                },
                10 * MILLIS);
        timers.set(new Named("other"), 10 * MILLIS);
        time.runFor(100 * MILLIS);
        assertThat(rang).containsExactlyInAnyOrder("ring", "ring", "ring", "other");
    }

    @Test
    void randomAlarmsAllRingInTimeUnlessTheyAreStopped() {
        Seeds.run(200, random -> {
            SimulatedTime own = new SimulatedTime(random.nextLong());
            Timers wheel = new Timers(own, own);
            int[] wrong = {0};
            int[] expected = {0};
            int[] heard = {0};
            for (int count = 0; count < 200; count++) {
                own.runFor(random.nextInt(30) * MILLIS);
                long due = own.monotonicNanos() + random.nextInt(8000) * MILLIS;
                boolean stopped = random.nextInt(2) == 0;
                Timers.Alarm alarm = new Timers.Alarm() {
                    @Override
                    void ring() {
                        heard[0]++;
                        long late = own.monotonicNanos() - due;
                        wrong[0] += stopped || late < 0 || late > 2 * Timers.SLOT_NANOS ? 1 : 0;
                    }
                };
                wheel.set(alarm, due);
                if (stopped) {
                    wheel.stop(alarm);
                } else {
                    expected[0]++;
                }
            }
            own.runFor(9000 * MILLIS);
            assertThat(wrong[0]).isZero();
            assertThat(heard[0]).isEqualTo(expected[0]);
        });
    }
}
