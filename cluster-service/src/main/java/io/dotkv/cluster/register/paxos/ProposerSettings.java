package io.dotkv.cluster.register.paxos;

/**
 * How patient a proposer is.
 *
 * @param askAgainNanos after how long a question that got no answer is asked again, default 300 ms; shorter costs
 *     messages (an accept carries the whole state), longer makes a lost message slow
 * @param ballotNanos after how long without a quorum a ballot is given up, default 2 s
 * @param pauseNanos the average pause before the next ballot after the first that failed, default 50 ms; doubled with
 *     each one that fails. Shorter than a round trip with two syncs lets two proposers defeat each other for longer
 * @param mostPauseNanos the longest average pause, default 1 s
 * @param mostWaiting how many changes wait at most, default 10,000; more are turned away at once
 */
public record ProposerSettings(
        long askAgainNanos, long ballotNanos, long pauseNanos, long mostPauseNanos, int mostWaiting) {
    private static final long MILLI = 1_000_000;

    public ProposerSettings {
        if (askAgainNanos < 1 || ballotNanos < 1 || pauseNanos < 1 || mostPauseNanos < pauseNanos || mostWaiting < 1) {
            throw new IllegalArgumentException(
                    "the times of a proposer are positive, and its longest pause is no shorter"
                            + " than its first one");
        }
    }

    public static ProposerSettings defaults() {
        return new ProposerSettings(300 * MILLI, 2_000 * MILLI, 50 * MILLI, 1_000 * MILLI, 10_000);
    }
}
