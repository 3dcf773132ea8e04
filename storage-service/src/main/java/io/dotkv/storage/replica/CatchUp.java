package io.dotkv.storage.replica;

import io.dotkv.storage.PullMessage;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Tells when the answer to a pull has been taken whole, and when a replica that may lack acknowledged writes has pulled from
 * enough voters to take part in reads again.
 *
 * <p>An answer counts only if every batch of it was applied in this life of the process: what was applied before a crash may
 * be lost, and the batches of two answers to a repeated request must not be taken for those of one.
 *
 * <p>Every write that was acknowledged at a majority W of N replicas has a holder among any N − W + 1 others, so so many
 * donors make the replica whole.
 */
final class CatchUp {
    private static final int ANSWERS_REMEMBERED = 64;

    private final int donorsNeeded;
    private final Set<Integer> donors = new HashSet<>();
    private final Map<Long, Integer> batchesTaken = new LinkedHashMap<>();
    private boolean voting;
    private boolean regains;

    CatchUp(boolean catchingUp, int donorsNeeded) {
        this.voting = !catchingUp;
        this.donorsNeeded = donorsNeeded;
    }

    boolean isVoting() {
        return voting;
    }

    /** Whether the vote comes back with the next write. */
    boolean regainsVote() {
        return regains;
    }

    void tookBatch(long answer) {
        batchesTaken.merge(answer, 1, Integer::sum);
        if (batchesTaken.size() > ANSWERS_REMEMBERED) {
            batchesTaken.remove(batchesTaken.keySet().iterator().next());
        }
    }

    /** Whether every batch of the answer has been taken; a voter's complete answer makes it a donor. */
    boolean completed(PullMessage.End end) {
        Integer taken = batchesTaken.remove(end.answer());
        if ((taken == null ? 0 : taken) != end.batches()) {
            return false;
        }
        if (!voting && end.voting()) {
            donors.add(end.node());
            regains = donors.size() >= donorsNeeded;
        }
        return true;
    }

    /** The state is durable. */
    void written() {
        if (regains) {
            voting = true;
            regains = false;
        }
    }
}
