package io.dotkv.simulation.invariant.data;

import io.dotkv.kernel.Dot;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.PartitionId;
import io.dotkv.kernel.types.Addition;
import io.dotkv.simulation.history.ClientRead;
import io.dotkv.simulation.history.FinalState;
import io.dotkv.simulation.history.History;
import io.dotkv.simulation.history.IssuedDot;
import io.dotkv.simulation.history.TraceText;
import io.dotkv.simulation.invariant.Invariant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A dot names one event, and so one payload, wherever it is seen. */
public final class DotsAreIssuedOnce implements Invariant {
    private final History history;
    private final Map<PartitionId, Map<Dot, Leaf>> givenBack = new TreeMap<>();

    public DotsAreIssuedOnce(History history) {
        this.history = history;
    }

    @Override
    public String sentence() {
        return "No dot is issued twice, and a dot has one payload everywhere.";
    }

    @Override
    public void issued(IssuedDot issue, Verdict verdict) {
        issue.delta().events().forEach(dot -> check(issue, dot, verdict));
    }

    private void check(IssuedDot issue, Dot dot, Verdict verdict) {
        Optional<IssuedDot> before = history.issue(issue.partition(), dot);
        if (before.isPresent()) {
            verdict.violated("dot " + dot + " of partition " + issue.partition() + " was given to request "
                    + before.get().requestId() + " by " + before.get().node() + " and to request " + issue.requestId()
                    + " by " + issue.node());
        }
    }

    @Override
    public void read(ClientRead read, Verdict verdict) {
        check(read.key(), read.values(), verdict);
    }

    @Override
    public void rested(FinalState rest, Verdict verdict) {
        rest.replicas().forEach(replica -> replica.rows().forEach((key, row) -> check(key, row.leaves(), verdict)));
    }

    private void check(Key key, Collection<Leaf> leaves, Verdict verdict) {
        for (Leaf leaf : leaves) {
            Dot dot = leaf.dot();
            Optional<IssuedDot> issue = history.issue(key, dot);
            if (issue.isEmpty() && Addition.isCounter(leaf.path())) {
                checkGivenBack(key, leaf, verdict);
            } else if (issue.isEmpty()) {
                verdict.violated("key " + TraceText.of(key) + " shows " + TraceText.of(leaf.payload()) + " under dot "
                        + dot + ", which nobody issued");
            } else if (!issue.get().delta().leaves().contains(leaf)
                    || !issue.get().key().equals(key)) {
                verdict.violated("key " + TraceText.of(key) + " shows " + TraceText.of(leaf.payload()) + " under dot "
                        + dot + ", which was issued to "
                        + TraceText.of(issue.get().delta()));
            }
        }
    }

    /** A share that gives back what another try of an addition added; no client asked for that event. */
    private void checkGivenBack(Key key, Leaf leaf, Verdict verdict) {
        Leaf before = givenBack
                .computeIfAbsent(history.partitionOf(key), first -> new TreeMap<>())
                .putIfAbsent(leaf.dot(), leaf);
        if (before != null && !before.equals(leaf)) {
            verdict.violated("key " + TraceText.of(key) + " shows two shares of a counter under dot " + leaf.dot());
        }
    }
}
