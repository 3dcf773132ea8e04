package io.dotkv.simulation.invariant.data;

import io.dotkv.kernel.Key;
import io.dotkv.kernel.Leaf;
import io.dotkv.simulation.history.ClientWrite;
import io.dotkv.simulation.history.FinalState;
import io.dotkv.simulation.history.History;
import io.dotkv.simulation.history.IssuedDot;
import io.dotkv.simulation.history.TraceText;
import io.dotkv.simulation.invariant.Invariant;
import java.util.Collection;
import java.util.List;

/** What an acknowledged delete covered is shown by no replica in the end. */
public final class DeletesStay implements Invariant {
    private final History history;

    public DeletesStay(History history) {
        this.history = history;
    }

    @Override
    public String sentence() {
        return "No delete is undone by an older write.";
    }

    @Override
    public void rested(FinalState rest, Verdict verdict) {
        for (Key key : history.keys()) {
            List<IssuedDot> deletes = history.promised(key).stream()
                    .filter(ClientWrite::isDelete)
                    .flatMap(write -> write.dot().stream())
                    .flatMap(dot -> history.issue(key, dot).stream())
                    .toList();
            for (FinalState.ReplicaState replica : rest.replicas()) {
                if (replica.partition().equals(history.partitionOf(key))) {
                    check(replica, key, replica.row(key).leaves(), deletes, verdict);
                }
            }
        }
    }

    private static void check(
            FinalState.ReplicaState replica,
            Key key,
            Collection<Leaf> shown,
            List<IssuedDot> deletes,
            Verdict verdict) {
        for (IssuedDot delete : deletes) {
            for (Leaf leaf : shown) {
                if (delete.covers(leaf.dot())) {
                    verdict.violated("key " + TraceText.of(key) + " shows " + TraceText.of(List.of(leaf)) + " at "
                            + replica.node() + ", which the delete " + delete.dot() + " covered");
                }
            }
        }
    }
}
