package io.dotkv.simulation.invariant.data;

import io.dotkv.kernel.Dot;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.Row;
import io.dotkv.simulation.history.ClientWrite;
import io.dotkv.simulation.history.FinalState;
import io.dotkv.simulation.history.History;
import io.dotkv.simulation.history.TraceText;
import io.dotkv.simulation.invariant.Invariant;

/**
 * What a client was told is durable on W replicas is shown in the end, or a write that covered it is, whatever W - 1 of
 * them have lost.
 */
public final class AcknowledgedWritesSurvive implements Invariant {
    private final History history;

    public AcknowledgedWritesSurvive(History history) {
        this.history = history;
    }

    @Override
    public String sentence() {
        return "No acknowledged write is lost.";
    }

    @Override
    public void rested(FinalState rest, Verdict verdict) {
        for (Key key : history.allKeys()) {
            for (ClientWrite write : history.promised(key)) {
                write.dot().ifPresent(dot -> check(rest, write, dot, verdict));
            }
        }
    }

    private void check(FinalState rest, ClientWrite write, Dot dot, Verdict verdict) {
        for (FinalState.ReplicaState replica : rest.replicas()) {
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
        return "write " + write.requestId() + " of key " + TraceText.of(write.key()) + ", acknowledged as " + dot
                + ", ";
    }
}
