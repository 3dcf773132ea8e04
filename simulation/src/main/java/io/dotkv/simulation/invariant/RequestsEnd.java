package io.dotkv.simulation.invariant;

/** A request that a node took ends within its deadline and a moment, as long as the node lives and is not paused. */
public final class RequestsEnd implements Invariant {
    @Override
    public String sentence() {
        return "Every request ends by its deadline.";
    }

    @Override
    public void late(String request, Verdict verdict) {
        verdict.violated(request);
    }
}
