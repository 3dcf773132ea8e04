package io.dotkv.storage.grpc.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.kernel.simulated.SimulatedTime;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class IdleWatchTest {
    private static final long SECOND = 1_000_000_000L;

    private final SimulatedTime time = new SimulatedTime(1);
    private final AtomicInteger tooLong = new AtomicInteger();
    private final IdleWatch watch = new IdleWatch(time, time, Duration.ofSeconds(60), tooLong::incrementAndGet);

    @Test
    void aWaitThatTakesTooLongIsNoticedOnce() {
        watch.begin();
        time.runFor(59 * SECOND);
        assertThat(tooLong).hasValue(0);
        time.runFor(500 * SECOND);
        assertThat(tooLong).hasValue(1);
    }

    @Test
    void anyNumberOfShortWaitsIsFine() {
        for (int wait = 0; wait < 100; wait++) {
            watch.begin();
            time.runFor(40 * SECOND);
            watch.end();
            time.runFor(SECOND);
        }
        time.runFor(500 * SECOND);
        assertThat(tooLong).hasValue(0);
    }

    @Test
    void aWaitThatBeganLaterIsMeasuredFromItsOwnBeginning() {
        watch.begin();
        time.runFor(50 * SECOND);
        watch.end();
        watch.begin();
        time.runFor(59 * SECOND);
        assertThat(tooLong).hasValue(0);
        time.runFor(2 * SECOND);
        assertThat(tooLong).hasValue(1);
    }
}
