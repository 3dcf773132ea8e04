package io.dotkv.storage.grpc.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TransitTimeTest {
    /** The clocks of sender and receiver have nothing to do with each other. */
    private static final long APART = -TimeUnit.HOURS.toNanos(7);

    private final TransitTime transit = new TransitTime();

    @Test
    void theFirstMessageTellsNothing() {
        assertThat(arrives(1_000, 5)).isZero();
    }

    @Test
    void aMessageIsLateByWhatItTookLongerThanTheFastest() {
        arrives(1_000, 5);
        assertThat(arrives(1_100, 2)).isZero();
        assertThat(arrives(1_200, 10_002)).isBetween(millis(9_995), millis(10_000));
        assertThat(arrives(11_300, 2)).isLessThan(millis(10));
    }

    @Test
    void clocksThatRunApartMakeNoMessageLate() {
        arrives(0, 1);
        long hours = TimeUnit.HOURS.toMillis(10);
        long drift = hours / 10_000;
        assertThat(transit.lateNanos(TimeUnit.MILLISECONDS.toMicros(hours), APART + millis(hours + drift + 1)))
                .isZero();
    }

    @Test
    void aMessageThatIsNotStampedIsTakenForFresh() {
        arrives(1_000, 1);
        assertThat(transit.lateNanos(0, APART + millis(90_000))).isZero();
        assertThat(transit.lateNanos(-5, APART + millis(90_000))).isZero();
    }

    private long arrives(long sentMillis, long tookMillis) {
        return transit.lateNanos(
                1 + TimeUnit.MILLISECONDS.toMicros(sentMillis), APART + millis(sentMillis + tookMillis));
    }

    private static long millis(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }
}
