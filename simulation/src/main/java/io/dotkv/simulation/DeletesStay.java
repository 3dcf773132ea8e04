package io.dotkv.simulation;

import io.dotkv.kernel.Key;
import io.dotkv.kernel.Leaf;
import java.util.Collection;
import java.util.List;

/** What an acknowledged delete covered is shown by no replica in the end. */
final class DeletesStay implements Invariant {
    private final History history;

    DeletesStay(History history) {
        this.history = history;
    }

    @Override
    public String sentence() {
        return "No delete is undone by an older write.";
    }

    @Override
    public void rested(Rest rest, Verdict verdict) {
        for (Key key : history.keys()) {
            List<Issue> deletes = history.promised(key).stream()
                    .filter(ClientWrite::isDelete)
                    .flatMap(write -> write.dot().stream())
                    .flatMap(dot -> history.issue(key, dot).stream())
                    .toList();
            for (Rest.ReplicaState replica : rest.replicas()) {
                if (replica.partition().equals(history.partitionOf(key))) {
                    check(replica, key, replica.row(key).leaves(), deletes, verdict);
                }
            }
        }
    }

    private static void check(
            Rest.ReplicaState replica, Key key, Collection<Leaf> shown, List<Issue> deletes, Verdict verdict) {
        for (Issue delete : deletes) {
            for (Leaf leaf : shown) {
                if (delete.covers(leaf.dot())) {
                    verdict.violated("key " + Words.of(key) + " shows " + Words.of(List.of(leaf)) + " at "
                            + replica.node() + ", which the delete " + delete.dot() + " covered");
                }
            }
        }
    }
}
