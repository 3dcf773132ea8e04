package io.dotkv.storage.replica;

import io.dotkv.kernel.DotSet;
import io.dotkv.storage.PullMessage;
import java.util.HashSet;
import java.util.Set;

/**
 * Tells when a replica that may lack acknowledged writes has pulled from enough voters to take part in reads again.
 *
 * <p>Every write that was acknowledged at a majority W of N replicas has a holder among any N − W + 1 others, so so many
 * donors make the replica whole. A voter is a donor when it answered this life of the replica, and the replica has everything
 * that was in the voter's clock then.
 *
 * <p>One thread.
 */
final class CatchUp {
    private final int donorsNeeded;
    private final Set<Integer> donors = new HashSet<>();
    private boolean voting;
    private boolean regains;
    private boolean loses;

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

    /** It has turned out that the replica may lack acknowledged writes. */
    void lose() {
        loses = donorsNeeded > 0;
        regains = false;
        donors.clear();
    }

    /** Whether the vote is lost with the next write. */
    boolean losesVote() {
        return loses;
    }

    /** An answer to this life of the replica has ended, and this is the clock then. */
    void ended(PullMessage.End end, DotSet clock) {
        if (!voting && !loses && end.voting() && clock.containsAll(end.clock())) {
            donors.add(end.node());
            regains = donors.size() >= donorsNeeded;
        }
    }

    /** The state is durable. */
    void written() {
        voting = (voting || regains) && !loses;
        regains = false;
        loses = false;
    }
}
