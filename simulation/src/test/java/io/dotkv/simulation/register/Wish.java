package io.dotkv.simulation.register;

import io.dotkv.cluster.register.paxos.ProposerEffect;
import io.dotkv.cluster.register.state.AcceptorChange;
import io.dotkv.cluster.register.state.StateChange;
import io.dotkv.cluster.register.state.StateChange.Outcome;
import io.dotkv.simulation.linearizability.ObservedOperation;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a client wants, and what it was told. It may ask several nodes, one after the other. */
final class Wish {
    private final StateChange change;
    private int tries;
    private int open;
    private long firstAskedAt = Long.MAX_VALUE;
    private @Nullable Outcome outcome;
    private long answeredAt;

    Wish(StateChange change) {
        this.change = change;
    }

    StateChange change() {
        return change;
    }

    /** Counts one more try. */
    int tryAgain() {
        tries++;
        return tries;
    }

    /** A node was asked, and may carry it out. */
    void ask(long now) {
        open++;
        firstAskedAt = Math.min(firstAskedAt, now);
    }

    /** The node says that it surely did not, and will not. */
    void notDone() {
        open--;
    }

    void answered(ProposerEffect.Result.Decided decided, long now) {
        if (outcome == null) {
            open -= decided.wasRepeated() ? 0 : 1;
            outcome = decided.outcome();
            answeredAt = now;
        }
    }

    @Nullable
    Outcome outcome() {
        return outcome;
    }

    /**
     * The operation as the client saw it. A try that nothing was heard of, or that was repeated, may have taken effect
     * by itself, and what it did may have been undone by others since; so each of those is an operation of unknown
     * outcome too.
     */
    List<ObservedOperation<String, StateChange, Outcome>> asOperations() {
        List<ObservedOperation<String, StateChange, Outcome>> operations = new ArrayList<>();
        Outcome told = outcome;
        if (told != null) {
            operations.add(ObservedOperation.answered("register", change, told, firstAskedAt, answeredAt));
        }
        // Of acceptors others may undo a change while its proposer repeats it.
        int more = open > 0 && change instanceof AcceptorChange ? 1 : 0;
        for (int other = 0; other < open + more && !(change instanceof StateChange.Nothing); other++) {
            operations.add(ObservedOperation.unknown("register", change, firstAskedAt));
        }
        return operations;
    }
}
