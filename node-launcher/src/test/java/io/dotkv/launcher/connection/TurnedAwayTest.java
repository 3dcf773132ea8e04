package io.dotkv.launcher.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.launcher.connection.TurnedAway.Reason;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TurnedAwayTest {
    private final List<String> lines = new ArrayList<>();
    private final List<Runnable> later = new ArrayList<>();
    private final TurnedAway turnedAway = new TurnedAway(lines::add, later::add);

    private void aMinutePasses() {
        List<Runnable> due = List.copyOf(later);
        later.clear();
        due.forEach(Runnable::run);
    }

    private void count(Reason reason) {
        turnedAway.count(reason, new InetSocketAddress(InetAddress.ofLiteral("::1"), 4711));
    }

    @Test
    void theFirstIsToldAtOnceAndTheOthersTogetherAMinuteLater() {
        count(Reason.TLS);
        assertThat(lines)
                .containsExactly("Turned away 1 connection (TLS 1), the last from [::1]:4711. "
                        + "This port speaks gRPC, without TLS.");
        for (int stranger = 0; stranger < 500; stranger++) {
            count(Reason.HTTP_1);
            count(Reason.SILENT);
        }
        assertThat(lines).hasSize(1);
        aMinutePasses();
        assertThat(lines).hasSize(2);
        assertThat(lines.getLast()).startsWith("Turned away 1000 connections (HTTP/1 500, nothing for 10 s 500)");
    }

    @Test
    void afterAMinuteWithoutAnyNothingIsSaidAndTheNextIsToldAtOnceAgain() {
        count(Reason.OTHER);
        aMinutePasses();
        assertThat(later).isEmpty();
        count(Reason.OTHER);
        assertThat(lines).hasSize(2);
    }

    @Test
    void connectionsBeyondTheBoundAreToldWithWhatBoundsThem() {
        count(Reason.TOO_MANY);
        assertThat(lines.getFirst()).contains("over the connection limit 1", "ulimit -n");
    }
}
