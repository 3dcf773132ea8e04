package io.dotkv.simulation;

import java.util.List;

/**
 * How a run went.
 *
 * @param shape what it was like, in words
 * @param violations what did not hold, the first of each invariant; empty when everything did
 * @param traceHash of all lines of the trace: the same seed gives the same
 * @param events lines of the trace
 * @param tasks how many tasks ran
 * @param virtualNanos how long it took on virtual time
 * @param writes how many writes were acknowledged
 * @param reads how many reads were answered
 */
public record RunResult(
        long seed,
        String shape,
        List<Violation> violations,
        long traceHash,
        long events,
        long tasks,
        long virtualNanos,
        long writes,
        long reads) {
    /** Whether something did not hold. */
    public boolean failed() {
        return !violations.isEmpty();
    }
}
