package io.dotkv.simulation;

import io.dotkv.kernel.Dot;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.Leaf;
import java.util.List;

/** In the end a row shows exactly those writes of its key in the replica's clock that no other of them covers. */
final class RowsFollowFromEvents implements Invariant {
    private final History history;

    RowsFollowFromEvents(History history) {
        this.history = history;
    }

    @Override
    public String sentence() {
        return "In the end every row is what the events in its replica's clock say together.";
    }

    @Override
    public void rested(Rest rest, Verdict verdict) {
        for (Rest.ReplicaState replica : rest.replicas()) {
            for (Key key : history.keys()) {
                if (!replica.partition().equals(history.partitionOf(key))) {
                    continue;
                }
                List<Dot> alive = alive(key, replica.clock());
                List<Dot> shown =
                        replica.row(key).leaves().stream().map(Leaf::dot).toList();
                if (!alive.equals(shown)) {
                    verdict.violated("key " + Words.of(key) + " shows " + shown + " at " + replica.node()
                            + ", and the events say " + alive);
                }
            }
        }
    }

    private List<Dot> alive(Key key, DotSet clock) {
        List<Issue> known = history.of(key).stream()
                .filter(issue -> clock.contains(issue.dot()))
                .toList();
        return known.stream()
                .filter(Issue::isPut)
                .map(Issue::dot)
                .filter(dot -> known.stream().noneMatch(other -> other.covers(dot)))
                .sorted()
                .toList();
    }
}
