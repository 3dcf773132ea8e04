package io.dotkv.replication.route;

/**
 * Counts what the replicas of one request answered and says whether its level is reached. Replicas are numbered in the
 * order in which the request names them. Answers count once: a replica's first one stands.
 *
 * <p>Legal transitions: {@code PENDING → SATISFIED} or {@code PENDING → IMPOSSIBLE}; both are final.
 *
 * <p>One thread at a time.
 */
public final class AckTracker {
    public enum State {
        /** More answers are needed and may come. */
        PENDING,
        /** The level is reached. */
        SATISFIED,
        /** Too many replicas failed: the level cannot be reached any more. */
        IMPOSSIBLE
    }

    /** The most replicas that can be counted. */
    static final int MAX_REPLICAS = 63;

    private final int replicas;
    private final int required;
    private long done;
    private long failed;

    public AckTracker(int replicas, int required) {
        if (replicas < 1 || replicas > MAX_REPLICAS || required < 1) {
            throw new IllegalArgumentException("cannot count " + required + " of " + replicas + " replicas");
        }
        this.replicas = replicas;
        this.required = required;
    }

    /** The replica did what was asked of it. */
    public void done(int replica) {
        done |= bit(replica) & ~failed;
    }

    /** The replica did not, or did not say so. */
    public void failed(int replica) {
        failed |= bit(replica) & ~done;
    }

    public boolean isDone(int replica) {
        return (done & bit(replica)) != 0;
    }

    public boolean hasFailed(int replica) {
        return (failed & bit(replica)) != 0;
    }

    int doneCount() {
        return Long.bitCount(done);
    }

    public State state() {
        if (Long.bitCount(done) >= required) {
            return State.SATISFIED;
        }
        return replicas - Long.bitCount(failed) < required ? State.IMPOSSIBLE : State.PENDING;
    }

    private long bit(int replica) {
        if (replica < 0 || replica >= replicas) {
            throw new IllegalArgumentException("there is no replica " + replica + " of " + replicas);
        }
        return 1L << replica;
    }
}
