package io.dotkv.storage.replica;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.DotSet;
import io.dotkv.storage.PullMessage;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Tells when a full answer to a pull has been taken whole, and when a replica that may lack acknowledged writes has pulled
 * from enough voters to take part in reads again.
 *
 * <p>A full answer is whole when its ranges were taken from the first key to the last in order, each in this life of the
 * process: what was applied before a crash may be lost, and the ranges of two answers must not be taken for those of one.
 *
 * <p>Every write that was acknowledged at a majority W of N replicas has a holder among any N − W + 1 others, so so many
 * donors make the replica whole. A voter is a donor when it answered this life of the replica, and the replica has everything
 * that was in the voter's clock then.
 *
 * <p>One thread.
 */
final class CatchUp {
    private static final int ANSWERS_REMEMBERED = 64;

    private final int donorsNeeded;
    private final Set<Integer> donors = new HashSet<>();
    /** For each full answer under way, the last key that was taken; empty when all were. */
    private final Map<Long, Optional<Bytes>> takenUpTo = new LinkedHashMap<>();

    private boolean voting;
    private boolean regains;

    CatchUp(boolean catchingUp, int donorsNeeded) {
        this.voting = !catchingUp || donorsNeeded == 0;
        this.donorsNeeded = donorsNeeded;
    }

    boolean isVoting() {
        return voting;
    }

    /** Whether the vote comes back with the next write. */
    boolean regainsVote() {
        return regains;
    }

    void tookRange(long answer, PullMessage.KeyRange range) {
        Optional<Bytes> expected = takenUpTo.getOrDefault(answer, Optional.of(Bytes.EMPTY));
        if (!expected.equals(Optional.of(range.after()))) {
            return;
        }
        takenUpTo.put(answer, range.upTo());
        if (takenUpTo.size() > ANSWERS_REMEMBERED) {
            takenUpTo.remove(takenUpTo.keySet().iterator().next());
        }
    }

    /** Whether every range of a full answer has been taken. */
    boolean tookAll(PullMessage.End end) {
        Optional<Bytes> upTo = takenUpTo.remove(end.answer());
        return upTo != null && upTo.isEmpty();
    }

    /** An answer to this life of the replica has ended, and this is the clock then. */
    void ended(PullMessage.End end, DotSet clock) {
        if (!voting && end.voting() && clock.containsAll(end.clock())) {
            donors.add(end.node());
            regains = donors.size() >= donorsNeeded;
        }
    }

    /** The state is durable. */
    void written() {
        voting |= regains;
        regains = false;
    }
}
