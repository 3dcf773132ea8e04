package io.dotkv.cluster.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class SuspicionTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void eachConfirmationShortensItLessThanTheOneBefore() {
        Suspicion suspicion = new Suspicion(1, 2 * SECOND, 12 * SECOND, 3, 0);
        double[] seconds = new double[4];
        for (int confirmations = 0; confirmations <= 3; confirmations++) {
            suspicion.confirmedBy(confirmations);
            seconds[confirmations] = suspicion.timeoutNanos() / 1e9;
        }
        // max - (max - min) * log(c + 1) / log(k + 1), worked out by hand.
        assertThat(seconds[0]).isEqualTo(12);
        assertThat(seconds[1]).isEqualTo(7, within(0.001));
        assertThat(seconds[2]).isEqualTo(4.075, within(0.001));
        assertThat(seconds[3]).isEqualTo(2, within(0.001));
    }

    @Test
    void moreConfirmationsThanExpectedAndFewerThanBeforeChangeNothing() {
        Suspicion suspicion = new Suspicion(1, 2 * SECOND, 12 * SECOND, 3, 0);
        suspicion.confirmedBy(9);
        suspicion.confirmedBy(0);
        assertThat(suspicion.isOver(2 * SECOND - 1)).isFalse();
        assertThat(suspicion.isOver(2 * SECOND)).isTrue();
    }

    @Test
    void whereNobodyCanConfirmItBeginsWithTheShortest() {
        assertThat(new Suspicion(1, 2 * SECOND, 12 * SECOND, 0, 0).isOver(2 * SECOND))
                .isTrue();
    }

    @Test
    void whatTheObserverSleptThroughDoesNotCount() {
        Suspicion suspicion = new Suspicion(1, 2 * SECOND, 12 * SECOND, 0, 0);
        suspicion.sleptThrough(5 * SECOND);
        assertThat(suspicion.isOver(6 * SECOND)).isFalse();
        assertThat(suspicion.isOver(7 * SECOND)).isTrue();
    }

    @Test
    void theSuspectIsProbedAtOnceAndThenEverySoOften() {
        Suspicion suspicion = new Suspicion(1, 2 * SECOND, 12 * SECOND, 0, 100);
        assertThat(suspicion.isProbeDue(100, SECOND)).isTrue();
        assertThat(suspicion.isProbeDue(SECOND, SECOND)).isFalse();
        assertThat(suspicion.isProbeDue(SECOND + 100, SECOND)).isTrue();
    }
}
