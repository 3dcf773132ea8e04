package io.dotkv.simulation.invariant.data;

import io.dotkv.simulation.history.ClientRead;
import io.dotkv.simulation.history.History;
import io.dotkv.simulation.history.TraceText;
import io.dotkv.simulation.invariant.Invariant;

/**
 * A read that is given the context of an earlier answer shows what that answer showed or wrote, or something that has
 * replaced it, and nothing that was replaced by it: at any level and through any node.
 */
public final class SessionsGoForward implements Invariant {
    private final History history;

    public SessionsGoForward(History history) {
        this.history = history;
    }

    @Override
    public String sentence() {
        return "A read with a context is never older than the answer that the context came with.";
    }

    @Override
    public void read(ClientRead read, Verdict verdict) {
        history.goesBack(read.key(), read.session(), read.values())
                .ifPresent(how -> verdict.violated(
                        "key " + TraceText.of(read.key()) + " shows " + TraceText.of(read.values()) + " to "
                                + read.client() + ", " + how + ", although it passed a context of " + read.session()));
    }
}
