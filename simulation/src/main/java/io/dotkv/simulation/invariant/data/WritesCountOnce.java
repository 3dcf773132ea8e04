package io.dotkv.simulation.invariant.data;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.Row;
import io.dotkv.kernel.encoding.MalformedException;
import io.dotkv.kernel.types.Addition;
import io.dotkv.kernel.types.Content;
import io.dotkv.simulation.history.ClientWrite;
import io.dotkv.simulation.history.FinalState;
import io.dotkv.simulation.history.History;
import io.dotkv.simulation.history.IssuedDot;
import io.dotkv.simulation.history.TraceText;
import io.dotkv.simulation.invariant.Invariant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * In the end a write counts once, however often and through whichever nodes it was tried. A counter is the sum of the
 * additions that were acknowledged, or of which a replica has an event; each of the others, whose outcome is unknown,
 * counts once or not at all. Of a put nothing shows when one of its tries was replaced or deleted by another write,
 * unless one of its tries replaced another. (An element that was added by a retry at a replica that had the first try
 * without its name, and its removal, stays.)
 *
 * <p>Who made a try has to live to settle it. So in runs in which a disk may be lost an addition counts at least once
 * when it was acknowledged by more replicas than may lose it, and at most once for each of its events.
 */
public final class WritesCountOnce implements Invariant {
    private final History history;

    /** How often an addition may count. */
    private record Range(long least, long most) {
        Range plus(Range other) {
            return new Range(least + other.least, most + other.most);
        }

        Range times(long amount) {
            return new Range(least * amount, most * amount);
        }

        @Override
        public String toString() {
            return least == most ? String.valueOf(least) : least + " to " + most;
        }
    }

    public WritesCountOnce(History history) {
        this.history = history;
    }

    @Override
    public String sentence() {
        return "In the end a write counts once, however often it was tried.";
    }

    @Override
    public void rested(FinalState rest, Verdict verdict) {
        for (FinalState.ReplicaState replica : rest.replicas()) {
            history.additions().forEach((key, writes) -> {
                if (replica.partition().equals(history.partitionOf(key))) {
                    checkCounters(replica, key, writes, verdict);
                }
            });
            for (Key key : history.keys()) {
                if (history.losses() == 0 && replica.partition().equals(history.partitionOf(key))) {
                    checkValues(replica, key, verdict);
                }
            }
        }
    }

    private void checkCounters(FinalState.ReplicaState replica, Key key, List<ClientWrite> writes, Verdict verdict) {
        Map<Bytes, Range> expected = new TreeMap<>();
        for (ClientWrite write : writes) {
            for (Addition addition : write.additions()) {
                expected.merge(addition.path(), counts(replica, write, addition).times(addition.amount()), Range::plus);
            }
        }
        expected.forEach((path, range) -> {
            long shown = counter(replica.row(key), path);
            if (shown < range.least || shown > range.most) {
                verdict.violated("counter " + path + " of key " + TraceText.of(key) + " is " + shown + " at "
                        + replica.node() + ", and the additions come to " + range + "; of several tries: "
                        + severalTries(key));
            }
        });
    }

    private String severalTries(Key key) {
        return history.of(key).stream()
                .map(IssuedDot::requestId)
                .distinct()
                .filter(id -> history.of(id).size() > 1)
                .map(id ->
                        id + " " + history.of(id).stream().map(IssuedDot::dot).toList())
                .collect(Collectors.joining(", "));
    }

    private Range counts(FinalState.ReplicaState replica, ClientWrite write, Addition addition) {
        List<IssuedDot> tries = history.of(write.requestId());
        // A process that ended with its last batch may have made an event that nobody was told of.
        int untold = write.ending() == ClientWrite.Ending.NOT_APPLIED ? 0 : 1;
        if (history.losses() > 0) {
            boolean isPromised = write.dot().isPresent() && write.required() > history.losses();
            return new Range(isPromised ? 1 : 0, tries.size() + untold);
        }
        boolean isCounted = write.ending() == ClientWrite.Ending.APPLIED
                || tries.stream().anyMatch(issue -> isCounted(replica, issue, addition));
        return isCounted ? new Range(1, 1) : new Range(0, untold);
    }

    /** Whether the replica has the event of an addition, or a later one of its actor, whose share has it. */
    private boolean isCounted(FinalState.ReplicaState replica, IssuedDot issue, Addition addition) {
        Dot dot = issue.delta().events().get(addition.step());
        return isTaken(replica, dot)
                || history.of(issue.key()).stream()
                        .flatMap(other -> other.delta().leaves().stream())
                        .anyMatch(leaf -> leaf.path().equals(addition.path())
                                && leaf.dot().actor().equals(dot.actor())
                                && leaf.dot().counter() > dot.counter()
                                && isTaken(replica, leaf.dot()));
    }

    private boolean isTaken(FinalState.ReplicaState replica, Dot dot) {
        return replica.clock().contains(dot) && !history.closedBoots().isVoid(replica.partition(), dot);
    }

    private static long counter(Row row, Bytes path) {
        try {
            Content content = Content.of(row.leaves().stream()
                    .filter(leaf -> leaf.path().equals(path))
                    .toList());
            while (!content.fields().isEmpty()) {
                content = content.fields().firstEntry().getValue();
            }
            return content.counter().orElse(0);
        } catch (MalformedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void checkValues(FinalState.ReplicaState replica, Key key, Verdict verdict) {
        Row row = replica.row(key);
        history.of(key).stream()
                .filter(issue -> issue.isOfPlainValue() && History.shows(row.leaves(), issue.dot()))
                .filter(issue -> history.of(issue.requestId()).size() > 1)
                .forEach(shown -> {
                    List<IssuedDot> tries = history.of(shown.requestId()).stream()
                            .filter(issue -> isTaken(replica, issue.dot()))
                            .toList();
                    boolean haveSeen =
                            tries.stream().anyMatch(one -> tries.stream().anyMatch(other -> one.covers(other.dot())));
                    for (IssuedDot gone : tries) {
                        if (!haveSeen && isReplacedByAnother(replica, gone)) {
                            verdict.violated("key " + TraceText.of(key) + " shows " + shown.dot() + " at "
                                    + replica.node() + ", although " + gone.dot() + " of the same write "
                                    + shown.requestId() + " was replaced");
                        }
                    }
                });
    }

    private boolean isReplacedByAnother(FinalState.ReplicaState replica, IssuedDot issue) {
        return history.of(issue.key()).stream()
                .anyMatch(later -> !later.requestId().equals(issue.requestId())
                        && later.covers(issue.dot())
                        && isTaken(replica, later.dot()));
    }
}
