package io.dotkv.simulation.invariant.data;

import io.dotkv.kernel.Leaf;
import io.dotkv.simulation.history.ClientRead;
import io.dotkv.simulation.history.History;
import io.dotkv.simulation.history.TraceText;
import io.dotkv.simulation.invariant.Invariant;

/** Every value that a read shows is a write that no other shown write covers. */
public final class SiblingsAreExplained implements Invariant {
    private final History history;

    public SiblingsAreExplained(History history) {
        this.history = history;
    }

    @Override
    public String sentence() {
        return "Values that are shown together were written concurrently: none of them covers another.";
    }

    @Override
    public void read(ClientRead read, Verdict verdict) {
        for (Leaf leaf : read.values()) {
            history.issue(read.key(), leaf.dot())
                    .flatMap(issue -> read.values().stream()
                            .filter(other -> issue.covers(other.dot()))
                            .findFirst())
                    .ifPresent(covered -> verdict.violated(
                            "key " + TraceText.of(read.key()) + " shows " + TraceText.of(read.values()) + " to "
                                    + read.client() + ", although " + leaf.dot() + " covers " + covered.dot()));
        }
    }
}
