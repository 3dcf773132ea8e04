package io.dotkv.launcher.pause;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProcessPausesTest {
    private final ProcessPauses absences = new ProcessPauses(0);

    @Test
    void aProcessThatRunsIsNotAbsent() {
        for (long millis = 0; millis < 10_000; millis += 100) {
            absences.beat(nanos(millis));
            assertThat(absences.look(nanos(millis + 50))).isZero();
        }
    }

    @Test
    void anAbsenceIsFoundByWhoeverComesFirstAndOnce() {
        absences.beat(nanos(100));
        assertThat(absences.look(nanos(5_100))).isEqualTo(1);
        absences.beat(nanos(5_101));
        assertThat(absences.look(nanos(5_102))).isEqualTo(1);
        assertThat(absences.ageNanos(nanos(5_103))).isEqualTo(nanos(5_003));

        absences.beat(nanos(9_000));
        assertThat(absences.look(nanos(9_001))).isEqualTo(2);
    }

    @Test
    void aConnectionThatIsAcceptedSoonAfterwardsMayHaveBegunBefore() {
        assertThat(absences.forgottenBy(nanos(100))).isZero();
        absences.look(nanos(5_000));
        assertThat(absences.forgottenBy(nanos(5_010))).isZero();
        for (long millis = 5_100; millis <= 11_000; millis += 100) {
            absences.beat(nanos(millis));
        }
        assertThat(absences.forgottenBy(nanos(11_000))).isEqualTo(1);
    }

    private static long nanos(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }
}
