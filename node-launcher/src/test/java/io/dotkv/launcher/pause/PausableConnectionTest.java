package io.dotkv.launcher.pause;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.kernel.simulated.SimulatedTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("integration")
class PausableConnectionTest {
    private final SimulatedTime time = new SimulatedTime(1);
    private final ProcessPauses absences = new ProcessPauses(time.monotonicNanos());
    private final List<Long> pings = new ArrayList<>();
    private final PausableConnection connection = new PausableConnection(absences, time, pings::add);
    private final List<String> done = new ArrayList<>();

    @Test
    void aConnectionIsGoodWhileTheProcessRuns() {
        assertThat(connection.isGood()).isTrue();
        assertThat(pings).isEmpty();
    }

    @Test
    void afterAnAbsenceWhatIsReadWaitsForTheAnswerToOnePing() {
        pass(3_000);
        assertThat(connection.isGood()).isFalse();
        connection.hold(() -> done.add("first"));
        connection.hold(() -> done.add("second"));
        assertThat(pings).containsExactly(1L);
        assertThat(done).isEmpty();
        assertThat(connection.ageNanos()).isEqualTo(TimeUnit.SECONDS.toNanos(3));
        connection.answered(1);
        assertThat(done).containsExactly("first", "second");
        assertThat(connection.isGood()).isTrue();
    }

    @Test
    void whatIsReadAfterAFurtherAbsenceWaitsForAFurtherPing() {
        pass(3_000);
        connection.hold(() -> done.add("first"));
        pass(3_000);
        connection.hold(() -> done.add("second"));
        assertThat(pings).containsExactly(1L, 2L);
        connection.answered(1);
        assertThat(done).containsExactly("first");
        assertThat(connection.isGood()).isFalse();
        connection.answered(2);
        assertThat(done).containsExactly("first", "second");
        assertThat(connection.isGood()).isTrue();
    }

    @Test
    void aConnectionThatWaitedToBeAcceptedIsDoubtfulToo() {
        pass(3_000);
        absences.look(time.monotonicNanos());
        PausableConnection accepted = new PausableConnection(absences, time, pings::add);
        assertThat(accepted.isGood()).isFalse();
    }

    private void pass(long millis) {
        time.runFor(TimeUnit.MILLISECONDS.toNanos(millis));
    }
}
