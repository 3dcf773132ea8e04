package io.dotkv.storage.grpc.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.storage.grpc.exchange.SilenceDetector.Verdict;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SilenceDetectorTest {
    private static final long LOOK = TimeUnit.MILLISECONDS.toNanos(50);

    private final SilenceDetector silence = new SilenceDetector(0);
    private long now;

    @Test
    void aPeerThatIsHeardIsAlive() {
        assertThat(lookFor(10_000, true, true)).isEqualTo(Verdict.ALIVE);
    }

    @Test
    void aPeerThatFallsSilentIsDoubtedFirstAndThenLost() {
        assertThat(lookFor(550, false, true)).isEqualTo(Verdict.ALIVE);
        assertThat(lookFor(100, false, true)).isEqualTo(Verdict.DOUBTFUL);
        assertThat(lookFor(4_000, false, true)).isEqualTo(Verdict.LOST);
        assertThat(silence.look(now, true, now)).isEqualTo(Verdict.ALIVE);
    }

    @Test
    void aPeerThatKnowsNoProbesIsNotJudged() {
        assertThat(lookFor(60_000, false, false)).isEqualTo(Verdict.ALIVE);
    }

    @Test
    void whatThisProcessMissedItselfIsNoSilence() {
        now = TimeUnit.SECONDS.toNanos(60);
        assertThat(silence.look(0, true, now)).isEqualTo(Verdict.ALIVE);
        assertThat(lookFor(500, false, true)).isEqualTo(Verdict.ALIVE);
        assertThat(lookFor(200, false, true)).isEqualTo(Verdict.DOUBTFUL);
    }

    private Verdict lookFor(long millis, boolean isHeard, boolean echoes) {
        long until = now + TimeUnit.MILLISECONDS.toNanos(millis);
        Verdict verdict = Verdict.ALIVE;
        while (now < until) {
            now += LOOK;
            verdict = silence.look(isHeard ? now : 0, echoes, now);
        }
        return verdict;
    }
}
