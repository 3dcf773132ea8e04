package io.dotkv.storage.replica.pull;

import io.dotkv.kernel.DotSet;
import io.dotkv.storage.PullMessage;
import java.util.HashSet;
import java.util.Set;

/**
 * Tells when a replica that may lack acknowledged writes has pulled from enough voters to take part in reads again.
 *
 * <p>Every write that was acknowledged at a majority W of N replicas has a holder among any N − W + 1 others, so so
 * many donors make the replica whole. A voter is a donor when it answered this life of the replica, and the replica has
 * everything that was in the voter's clock then.
 *
 * <p>When more replicas have lost data at once than that makes up for, they wait for each other. A replica in memory
 * also votes again when it has so pulled from all the others, whether they vote or not: it then has all that there is.
 *
 * <p>One thread.
 */
public final class CatchUp {
    private final int donorsNeeded;
    private final int others;
    private final Set<Integer> donors = new HashSet<>();
    private final Set<Integer> asked = new HashSet<>();
    private volatile boolean incomplete;
    private boolean voting;
    private boolean regains;
    private boolean loses;

    /** @param others how many other replicas there are; 0 when it has to wait for its donors */
    public CatchUp(boolean catchingUp, int donorsNeeded, int others) {
        this.others = others;
        this.voting = !catchingUp || donorsNeeded == 0;
        this.donorsNeeded = donorsNeeded;
    }

    public boolean isVoting() {
        return voting;
    }

    /** Whether the vote comes back with the next write. */
    public boolean regainsVote() {
        return regains;
    }

    /** It has turned out that the replica may lack acknowledged writes. */
    public void lose() {
        loses = donorsNeeded > 0;
        regains = false;
        donors.clear();
        asked.clear();
    }

    /** Whether the vote is lost with the next write. */
    public boolean losesVote() {
        return loses;
    }

    /** An answer to this life of the replica has ended, and this is the clock then. */
    void ended(PullMessage.End end, DotSet clock) {
        if (voting || loses || regains || !clock.containsAll(end.clock())) {
            return;
        }
        asked.add(end.node());
        if (end.voting()) {
            donors.add(end.node());
        }
        boolean isWhole = donors.size() >= donorsNeeded;
        regains = isWhole || (others > 0 && asked.size() >= others);
        incomplete = regains && !isWhole;
    }

    /** Whether it votes, or is about to, although too few others voted: acknowledged writes may be lost. Any thread. */
    public boolean isIncomplete() {
        return incomplete;
    }

    /** The state is durable. */
    public void written() {
        voting = (voting || regains) && !loses;
        regains = false;
        loses = false;
    }
}
