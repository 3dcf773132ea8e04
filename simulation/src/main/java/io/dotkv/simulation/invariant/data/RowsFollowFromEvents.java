package io.dotkv.simulation.invariant.data;

import io.dotkv.kernel.Dot;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.Leaf;
import io.dotkv.simulation.history.FinalState;
import io.dotkv.simulation.history.History;
import io.dotkv.simulation.history.IssuedDot;
import io.dotkv.simulation.history.TraceText;
import io.dotkv.simulation.invariant.Invariant;
import java.util.List;

/**
 * In the end a row shows exactly those writes of its key in the replica's clock that no other of them covers.
 *
 * <p>A write that got events of several tries may go with all of them when one of them was replaced.
 *
 * <p>An event that was lost with all who had it is void when its boot is closed. It shows nowhere; what it replaced may
 * have been seen to be gone before, and is gone for good then.
 */
public final class RowsFollowFromEvents implements Invariant {
    private final History history;

    public RowsFollowFromEvents(History history) {
        this.history = history;
    }

    @Override
    public String sentence() {
        return "In the end every row is what the events in its replica's clock say together.";
    }

    @Override
    public void rested(FinalState rest, Verdict verdict) {
        for (FinalState.ReplicaState replica : rest.replicas()) {
            for (Key key : history.keys()) {
                if (!replica.partition().equals(history.partitionOf(key))) {
                    continue;
                }
                List<IssuedDot> known = history.of(key).stream()
                        .filter(issue -> replica.clock().contains(issue.dot()))
                        .toList();
                List<IssuedDot> taken = known.stream()
                        .filter(issue -> !history.closedBoots().isVoid(replica.partition(), issue.dot()))
                        .toList();
                List<Dot> mayShow = alive(taken, taken);
                // Of a write that was superseded in one of its tries, the others may go as well.
                List<Dot> mustShow = alive(taken, known).stream()
                        .filter(dot -> !history.isReplaced(key, dot))
                        .toList();
                List<Dot> shown =
                        replica.row(key).leaves().stream().map(Leaf::dot).toList();
                if (!shown.containsAll(mustShow) || !mayShow.containsAll(shown)) {
                    verdict.violated("key " + TraceText.of(key) + " shows " + shown + " at " + replica.node()
                            + ", and the events say " + mustShow);
                }
            }
        }
    }

    private static List<Dot> alive(List<IssuedDot> issues, List<IssuedDot> coverers) {
        return issues.stream()
                .filter(IssuedDot::isPut)
                .map(IssuedDot::dot)
                .filter(dot -> coverers.stream().noneMatch(other -> other.covers(dot)))
                .sorted()
                .toList();
    }
}
