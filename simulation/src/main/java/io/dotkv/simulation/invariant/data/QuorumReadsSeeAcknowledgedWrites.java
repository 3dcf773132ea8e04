package io.dotkv.simulation.invariant.data;

import io.dotkv.kernel.Dot;
import io.dotkv.kernel.Leaf;
import io.dotkv.simulation.history.ClientRead;
import io.dotkv.simulation.history.ClientWrite;
import io.dotkv.simulation.history.History;
import io.dotkv.simulation.history.IssuedDot;
import io.dotkv.simulation.history.TraceText;
import io.dotkv.simulation.invariant.Invariant;
import java.util.Optional;

/**
 * With R + W &gt; N a read sees every write that was acknowledged before it began: it shows the write, or something
 * that has replaced it, and nothing that the write replaced.
 */
public final class QuorumReadsSeeAcknowledgedWrites implements Invariant {
    private final History history;
    private final int replicas;

    public QuorumReadsSeeAcknowledgedWrites(History history, int replicas) {
        this.history = history;
        this.replicas = replicas;
    }

    @Override
    public String sentence() {
        return "With R + W > N a read sees every write that was acknowledged before it began.";
    }

    @Override
    public void read(ClientRead read, Verdict verdict) {
        for (ClientWrite write : history.promised(read.key())) {
            if (write.endedNanos() <= read.beganNanos() && write.required() + read.required() > replicas) {
                check(read, write, write.dot().orElseThrow(), verdict);
            }
        }
    }

    private void check(ClientRead read, ClientWrite write, Dot dot, Verdict verdict) {
        if (write.isPut()
                && !history.showsValueOf(read.key(), read.values(), dot)
                && !history.isReplaced(read.key(), dot)) {
            verdict.violated(subject(read, write, dot) + " and nothing has replaced it");
        }
        Optional<IssuedDot> issue = read.values().isEmpty() ? Optional.empty() : history.issue(read.key(), dot);
        for (Leaf leaf : read.values()) {
            if (issue.isPresent() && issue.get().covers(leaf.dot())) {
                verdict.violated(subject(read, write, dot) + ", which covers " + leaf.dot());
            }
        }
    }

    private static String subject(ClientRead read, ClientWrite write, Dot dot) {
        return "key " + TraceText.of(read.key()) + " shows " + TraceText.of(read.values()) + " to " + read.client()
                + ", although write " + write.requestId() + " was acknowledged before as " + dot;
    }
}
