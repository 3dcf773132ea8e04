package io.dotkv.simulation;

import io.dotkv.kernel.Dot;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.Leaf;
import java.util.List;

/**
 * In the end a row shows exactly those writes of its key in the replica's clock that no other of them covers.
 *
 * <p>A write that got events of several tries may go with all of them when one of them was replaced.
 *
 * <p>An event that was lost with all who had it is void when its boot is closed. It shows nowhere; what it replaced may have been
 * seen to be gone before, and is gone for good then.
 */
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
                List<Issue> known = history.of(key).stream()
                        .filter(issue -> replica.clock().contains(issue.dot()))
                        .toList();
                List<Issue> taken = known.stream()
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
                    verdict.violated("key " + Words.of(key) + " shows " + shown + " at " + replica.node()
                            + ", and the events say " + mustShow);
                }
            }
        }
    }

    private static List<Dot> alive(List<Issue> issues, List<Issue> coverers) {
        return issues.stream()
                .filter(Issue::isPut)
                .map(Issue::dot)
                .filter(dot -> coverers.stream().noneMatch(other -> other.covers(dot)))
                .sorted()
                .toList();
    }
}
