package io.dotkv.simulation;

import io.dotkv.simulation.history.Violation;
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
 * @param retried how often writes were tried again
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
        long reads,
        Retried retried) {
    /**
     * How often writes were tried again under their request ids.
     *
     * @param writes how many writes were
     * @param tries how often in all
     * @param known how many of those tries came to a replica that knew the write
     * @param doubled how many writes were taken for new by several replicas, and so got events of several tries
     */
    public record Retried(long writes, long tries, long known, long doubled) {
        public static final Retried NONE = new Retried(0, 0, 0, 0);

        /** All of both. */
        public Retried plus(Retried other) {
            return new Retried(
                    writes + other.writes, tries + other.tries, known + other.known, doubled + other.doubled);
        }

        /** In words. */
        @Override
        public String toString() {
            return writes + " writes tried again, " + tries + " times in all, " + known
                    + " times at a replica that knew the write; " + doubled + " writes taken by several replicas";
        }
    }

    /** Whether something did not hold. */
    public boolean failed() {
        return !violations.isEmpty();
    }
}
