package io.dotkv.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.kernel.testkit.Seeds;
import org.junit.jupiter.api.Test;

class HybridClockTest {
    private static final long BOUND_MILLIS = 1000;
    private static final long NOON = 1_700_000_000_000L;

    @Test
    void everyTimeIsLaterThanAllGivenAndSeenBeforeHoweverTheWallClockJumps() {
        Seeds.run(300, random -> {
            HybridClock clock = new HybridClock(BOUND_MILLIS);
            HybridTime last = HybridTime.ZERO;
            for (int step = 0; step < 100; step++) {
                long wall = NOON + random.nextInt(5000) - 2500;
                if (random.nextInt(3) == 0) {
                    HybridTime seen = HybridTime.ofMillis(wall + random.nextInt(3000) - 1000);
                    clock.observe(seen, wall);
                    boolean followed = seen.millis() <= wall + BOUND_MILLIS && seen.compareTo(last) > 0;
                    last = followed ? seen : last;
                } else {
                    HybridTime next = clock.next(wall);
                    assertThat(next).isGreaterThan(last);
                    assertThat(next.millis()).isGreaterThanOrEqualTo(wall);
                    last = next;
                }
            }
        });
    }

    @Test
    void aPeerFarAheadDoesNotMoveIt() {
        HybridClock clock = new HybridClock(BOUND_MILLIS);
        clock.observe(HybridTime.ofMillis(NOON + BOUND_MILLIS + 1), NOON);
        clock.observe(new HybridTime(-1), NOON);
        assertThat(clock.next(NOON)).isEqualTo(HybridTime.ofMillis(NOON));
    }

    @Test
    void aPeerAheadByTheBoundIsFollowed() {
        HybridClock clock = new HybridClock(BOUND_MILLIS);
        HybridTime seen = HybridTime.ofMillis(NOON + BOUND_MILLIS);
        clock.observe(seen, NOON);
        assertThat(clock.next(NOON)).isEqualTo(seen.next());
    }

    @Test
    void aWallClockBefore1970DoesNotThrowItIntoTheFuture() {
        HybridClock clock = new HybridClock(BOUND_MILLIS);
        assertThat(clock.next(-5)).isEqualTo(new HybridTime(1));
        assertThat(clock.next(NOON)).isEqualTo(HybridTime.ofMillis(NOON));
    }

    @Test
    void theLogicalCountCarriesIntoTheMilliseconds() {
        HybridTime last = new HybridTime(HybridTime.ofMillis(NOON).packed() | 0xffff);
        assertThat(last.next()).isEqualTo(HybridTime.ofMillis(NOON + 1));
        assertThat(last).hasToString(NOON + ".65535");
    }
}
