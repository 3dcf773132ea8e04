package io.dotkv.cluster.membership;

/**
 * How far a node may trust its own watch: a score that rises when it seems to be the node itself that is slow, and
 * falls with every probe that succeeds. The intervals and time-outs of its probes are multiplied by one more than the
 * score, so that an overloaded observer asks less and waits longer before it accuses others. One thread.
 *
 * <p>Source: A. Dadgar, J. Phillips, J. Currey, <i>Lifeguard: Local Health Awareness for More Accurate Failure
 * Detection</i>, DSN-W 2018, section IV.A. Departure: a late tick counts, too.
 */
public final class LocalHealth {
    private final int maxScore;
    private int score;

    public LocalHealth(int maxScore) {
        this.maxScore = maxScore;
    }

    /** A probe was answered in time. */
    void succeeded() {
        add(-1);
    }

    /** A sign that this node is slow: a probe that nobody answered, a refutation of its own, a tick that came late. */
    void failed() {
        add(1);
    }

    /** So many helpers said nothing at all, neither that they reached the target nor that they did not. */
    void unheardHelpers(int count) {
        add(count);
    }

    private void add(int change) {
        score = Math.clamp((long) score + change, 0, maxScore);
    }

    /** What intervals and time-outs are multiplied by, 1 when all is well. */
    int multiplier() {
        return score + 1;
    }
}
