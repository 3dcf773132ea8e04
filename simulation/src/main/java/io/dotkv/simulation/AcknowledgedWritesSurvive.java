package io.dotkv.simulation;

import io.dotkv.kernel.Dot;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.Row;

/** What a client was told is durable on W replicas is shown in the end, or a write that covered it is, whatever W - 1 of them have lost. */
final class AcknowledgedWritesSurvive implements Invariant {
    private final History history;

    AcknowledgedWritesSurvive(History history) {
        this.history = history;
    }

    @Override
    public String sentence() {
        return "No acknowledged write is lost.";
    }

    @Override
    public void rested(Rest rest, Verdict verdict) {
        for (Key key : history.allKeys()) {
            for (ClientWrite write : history.promised(key)) {
                write.dot().ifPresent(dot -> check(rest, write, dot, verdict));
            }
        }
    }

    private void check(Rest rest, ClientWrite write, Dot dot, Verdict verdict) {
        for (Rest.ReplicaState replica : rest.replicas()) {
            if (!replica.partition().equals(history.partitionOf(write.key()))) {
                continue;
            }
            Row row = replica.row(write.key());
            if (History.shows(row.leaves(), dot)) {
                continue;
            }
            if (!row.context().contains(dot)) {
                verdict.violated(subject(write, dot) + "is unknown to " + replica.node());
            } else if ((write.isPut() || write.isElement()) && !history.isReplaced(write.key(), dot)) {
                verdict.violated(
                        subject(write, dot) + "has vanished from " + replica.node() + ", and nothing has replaced it");
            }
        }
    }

    private static String subject(ClientWrite write, Dot dot) {
        return "write " + write.requestId() + " of key " + Words.of(write.key()) + ", acknowledged as " + dot + ", ";
    }
}
