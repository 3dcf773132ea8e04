package io.dotkv.storage.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.kernel.Actor;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.PartitionId;
import io.dotkv.kernel.ports.RandomSource;
import io.dotkv.kernel.ports.SeededRandom;
import io.dotkv.storage.PartitionClock;
import io.dotkv.storage.PeerLag;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PeerClocksTest {
    private static final long SECOND = 1_000_000_000L;
    private static final Actor ACTOR = new Actor(1, 1);

    private final PeerClocks peers = new PeerClocks();

    @Test
    void aPeerThatHasAllIsBehindInNothing() {
        peers.sample(clock(5), SECOND);
        peers.reported(2, clock(5), 2 * SECOND);
        PeerLag lag = only(peers.lags(clock(5), 3 * SECOND));
        assertThat(lag.missingEvents()).isZero();
        assertThat(lag.unconfirmedNanos()).isEmpty();
        assertThat(lag.behindNanos()).isEmpty();
        assertThat(lag.reportedAgoNanos()).isEqualTo(SECOND);
    }

    @Test
    void whatWasWrittenSinceTheLastReportIsUnconfirmedAndNotMissing() {
        peers.sample(clock(5), SECOND);
        peers.reported(2, clock(5), 2 * SECOND);
        peers.sample(clock(5), 30 * SECOND);
        PeerLag lag = only(peers.lags(clock(8), 31 * SECOND));
        assertThat(lag.missingEvents()).isEqualTo(3);
        assertThat(lag.unconfirmedNanos()).hasValue(SECOND);
        assertThat(lag.behindNanos()).isEmpty();
    }

    @Test
    void whatIsStillNotThereTwoSecondsLaterIsMissingSinceTheLastMomentOfWhichItHasAll() {
        for (int second = 1; second <= 10; second++) {
            peers.sample(clock(10L * second), second * SECOND);
        }
        peers.reported(2, clock(45), 10 * SECOND);
        assertThat(only(peers.lags(clock(100), 10 * SECOND)).behindNanos()).hasValue(6 * SECOND);
        assertThat(only(peers.lags(clock(100), 60 * SECOND)).behindNanos()).hasValue(56 * SECOND);
        peers.reported(2, clock(100), 61 * SECOND);
        assertThat(only(peers.lags(clock(100), 61 * SECOND)).behindNanos()).isEmpty();
    }

    @Test
    void theAgeOfALongAbsenceIsKeptAlthoughSamplesAreForgotten() {
        peers.sample(clock(1), SECOND);
        peers.sample(clock(2), 2 * SECOND);
        peers.reported(2, clock(1), 3 * SECOND);
        for (int second = 3; second <= 1000; second++) {
            peers.sample(clock(second), second * SECOND);
        }
        peers.reported(2, clock(1), 1000 * SECOND);
        assertThat(only(peers.lags(clock(1000), 1000 * SECOND)).behindNanos()).hasValue(999 * SECOND);
        peers.reported(2, clock(500), 1000 * SECOND);
        assertThat(only(peers.lags(clock(1000), 1000 * SECOND)).behindNanos())
                .as("a part of it has come: never less than the truth")
                .hasValue(998 * SECOND);
    }

    @Test
    void aPeerThatLostWhatItHadLacksItForAsLongAsIsKnown() {
        peers.sample(clock(5), SECOND);
        peers.sample(clock(5), 4 * SECOND);
        peers.reported(2, clock(5), 5 * SECOND);
        peers.reported(
                2,
                List.of(new PartitionClock(new PartitionId(0), DotSet.EMPTY, "new/1", false, List.of())),
                6 * SECOND);
        PeerLag lag = only(peers.lags(clock(5), 7 * SECOND));
        assertThat(lag.missingEvents()).isEqualTo(5);
        assertThat(lag.behindNanos()).hasValue(6 * SECOND);
    }

    /** A model that remembers every write with its time. */
    @Test
    void theAgeIsNeverLessThanTheTrueOneAndAtMostASecondMoreWhenThePeerGetsWritesInOrder() {
        RandomSource random = new SeededRandom(11);
        for (int round = 0; round < 300; round++) {
            PeerClocks clocks = new PeerClocks();
            List<Long> writtenNanos = new ArrayList<>();
            long theirs = 0;
            long told = 0;
            long nextReport = 0;
            for (long tick = 0; tick < 200; tick++) {
                long now = SECOND + tick * SECOND / 10;
                if (tick % 10 == 0) {
                    clocks.sample(clock(writtenNanos.size()), now);
                }
                for (int writes = random.nextInt(3); writes > 0; writes--) {
                    writtenNanos.add(now);
                }
                theirs = random.nextInt(30) == 0 ? writtenNanos.size() : theirs;
                if (tick >= nextReport) {
                    nextReport = tick + 1 + random.nextInt(100);
                    clocks.reported(2, clock(theirs), now);
                    told = theirs;
                }
                check(clocks, writtenNanos, told, now);
            }
        }
    }

    private static void check(PeerClocks clocks, List<Long> writtenNanos, long theirs, long now) {
        PeerLag lag = only(clocks.lags(clock(writtenNanos.size()), now));
        if (theirs == writtenNanos.size()) {
            assertThat(lag.unconfirmedNanos()).isEmpty();
        } else {
            long trueAge = now - writtenNanos.get((int) theirs);
            assertThat(lag.unconfirmedNanos().orElseThrow()).isBetween(trueAge, trueAge + SECOND + SECOND / 10);
            assertThat(lag.missingEvents()).isEqualTo(writtenNanos.size() - theirs);
        }
    }

    private static PeerLag only(List<PeerLag> lags) {
        assertThat(lags).hasSize(1);
        return lags.getFirst();
    }

    private static List<PartitionClock> clock(long upTo) {
        return List.of(new PartitionClock(new PartitionId(0), DotSet.upTo(ACTOR, upTo), "replica/1", true, List.of()));
    }
}
