package io.dotkv.replication.request;

import io.dotkv.kernel.Delta;
import io.dotkv.kernel.Row;
import io.dotkv.replication.Consistency;
import io.dotkv.replication.route.AckTracker;
import io.dotkv.replication.route.AckTracker.State;
import io.dotkv.replication.route.Candidates;
import io.dotkv.storage.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes sure that what a monotonic read will answer is on a majority of the replicas: a write, and counted like one.
 * Replicas whose rows say all that the answer says have it; the others that have answered are sent it; for one that
 * fails another is.
 *
 * <p>A replica has it when its leaves are the same <em>and</em> its context covers all that the answer's does. Equal
 * leaves are not enough: one that has never heard of a value which the answer knows to be deleted would let it come up
 * again.
 *
 * <p>Source: the blocking read repair of Apache Cassandra (CASSANDRA-10726), with exact knowledge of who lacks what.
 *
 * <p>One thread at a time.
 */
final class BlockingReadRepair {
    private final Candidates candidates;
    private final Delta delta;
    private final AckTracker holders;
    private int nextSpare;
    private int open;

    /**
     * @param answer what will be answered
     * @param delta the same as a change
     */
    BlockingReadRepair(Candidates candidates, Row answer, Delta delta, @Nullable Row[] rows) {
        this.candidates = candidates;
        this.delta = delta;
        this.holders = new AckTracker(candidates.count(), Consistency.QUORUM.required(candidates.count()));
        for (int replica = 0; replica < rows.length; replica++) {
            Row row = rows[replica];
            if (row != null && saysAll(row, answer)) {
                holders.done(replica);
            }
        }
    }

    private static boolean saysAll(Row row, Row answer) {
        return row.dots().equals(answer.dots()) && row.context().containsAll(answer.context());
    }

    /** Sends it to those that have answered and lack something of it. */
    List<ReadEffect> begin(@Nullable Row[] rows) {
        List<ReadEffect> effects = new ArrayList<>(rows.length);
        for (int replica = 0; replica < rows.length; replica++) {
            if (rows[replica] != null && !holders.isDone(replica)) {
                send(replica, effects);
            }
        }
        return effects;
    }

    private void send(int replica, List<ReadEffect> effects) {
        open++;
        effects.add(new ReadEffect.Settle(replica, delta));
    }

    /** A replica has taken it, or not. */
    List<ReadEffect> ended(int replica, Outcome<Long> outcome, @Nullable Row[] rows) {
        open--;
        List<ReadEffect> effects = new ArrayList<>(1);
        if (outcome instanceof Outcome.Done<Long>) {
            holders.done(replica);
            return effects;
        }
        holders.failed(replica);
        while (nextSpare < candidates.count() && effects.isEmpty()) {
            int spare = nextSpare++;
            if (rows[spare] == null && candidates.isReachable(spare)) {
                send(spare, effects);
            }
        }
        return effects;
    }

    /** Whether a majority has it, may get it, or cannot any more. */
    State state() {
        return holders.state() == State.PENDING && open == 0 ? State.IMPOSSIBLE : holders.state();
    }
}
