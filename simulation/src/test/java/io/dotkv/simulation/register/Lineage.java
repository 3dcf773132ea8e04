package io.dotkv.simulation.register;

import static org.assertj.core.api.Assertions.fail;

import io.dotkv.cluster.register.paxos.Accepted;
import io.dotkv.cluster.register.paxos.Ballot;
import io.dotkv.cluster.register.state.ClusterState;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which value was made from which, as an onlooker sees it who sees everything. It never may happen that one ballot has
 * two values, or that a value which was accepted does not descend from one that was chosen with a lower ballot.
 */
final class Lineage {
    private final Map<Ballot, ClusterState> values = new HashMap<>();
    private final Map<Ballot, Ballot> bases = new HashMap<>();
    private final TreeSet<Ballot> accepted = new TreeSet<>();
    private final TreeMap<Ballot, ClusterState> chosen = new TreeMap<>();
    private boolean hadOneAcceptor;

    Lineage(ClusterState first) {
        values.put(Ballot.ZERO, first);
        chosen.put(Ballot.ZERO, first);
    }

    void proposed(Ballot ballot, ClusterState state, Ballot basis) {
        ClusterState before = values.putIfAbsent(ballot, state);
        if (before != null && !before.equals(state)) {
            fail("ballot %s has two values, %s and %s", ballot, before, state);
        }
        bases.putIfAbsent(ballot, basis);
        hadOneAcceptor |= state.acceptors().present().size() == 1;
    }

    /** Whether there was ever a value with one acceptor alone. */
    boolean hadOneAcceptor() {
        return hadOneAcceptor;
    }

    void accepted(Ballot ballot) {
        if (accepted.add(ballot)) {
            Ballot below = chosen.lowerKey(ballot);
            if (below != null) {
                checkDescent(ballot, below);
            }
        }
    }

    void chosen(Accepted value) {
        ClusterState before = chosen.put(value.ballot(), value.state());
        if (before == null) {
            Ballot next = chosen.higherKey(value.ballot());
            for (Ballot later : accepted.tailSet(value.ballot(), false)) {
                if (next == null || later.compareTo(next) <= 0) {
                    checkDescent(later, value.ballot());
                }
            }
            accepted(value.ballot());
        }
    }

    private void checkDescent(Ballot later, Ballot ancestor) {
        @Nullable Ballot at = later;
        while (at != null && at.compareTo(ancestor) > 0) {
            at = bases.get(at);
        }
        if (!ancestor.equals(at)) {
            fail(
                    "%s was accepted with ballot %s, but does not descend from %s, chosen with %s",
                    values.get(later), later, values.get(ancestor), ancestor);
        }
    }

    ClusterState newestChosen() {
        return chosen.lastEntry().getValue();
    }

    /**
     * The ballots under which anything was accepted, in their order; they carry random lives, so they tell runs apart.
     */
    List<Ballot> accepted() {
        return List.copyOf(accepted);
    }
}
