package io.dotkv.simulation.invariant.data;

import io.dotkv.simulation.history.ClientWrite;
import io.dotkv.simulation.history.History;
import io.dotkv.simulation.history.IssuedDot;
import io.dotkv.simulation.history.TraceText;
import io.dotkv.simulation.invariant.Invariant;
import java.util.Set;
import java.util.TreeSet;

/** A write whose every try was reported as not applied has no event, then or later. */
public final class NotAppliedNeverAppears implements Invariant {
    private final History history;
    private final Set<String> notApplied = new TreeSet<>();

    public NotAppliedNeverAppears(History history) {
        this.history = history;
    }

    @Override
    public String sentence() {
        return "What was reported as not applied never appears.";
    }

    @Override
    public void wrote(ClientWrite write, Verdict verdict) {
        if (write.ending() == ClientWrite.Ending.NOT_APPLIED) {
            notApplied.add(write.requestId());
            history.of(write.requestId()).forEach(issue -> appeared(issue, verdict));
        }
    }

    @Override
    public void issued(IssuedDot issue, Verdict verdict) {
        if (notApplied.contains(issue.requestId())) {
            appeared(issue, verdict);
        }
    }

    private static void appeared(IssuedDot issue, Verdict verdict) {
        verdict.violated("write " + issue.requestId() + " of key " + TraceText.of(issue.key())
                + " was reported as not applied and is " + issue.dot() + " of " + issue.node());
    }
}
