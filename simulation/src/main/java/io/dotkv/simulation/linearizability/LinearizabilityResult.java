package io.dotkv.simulation.linearizability;

import java.util.List;

/** What the check found. */
public sealed interface LinearizabilityResult {
    /** There is an order that explains every answer. */
    record Linearizable() implements LinearizabilityResult {}

    /**
     * There is none.
     *
     * @param key of which operations
     * @param longest one of the longest explanations that were found, in its order
     * @param inTheWay the answered operation on which all attempts to go on from there failed
     */
    record Violation(
            Object key, List<? extends ObservedOperation<?, ?, ?>> longest, ObservedOperation<?, ?, ?> inTheWay)
            implements LinearizabilityResult {
        @Override
        public String toString() {
            StringBuilder text =
                    new StringBuilder("not linearizable: on ").append(key).append(", after");
            longest.forEach(operation -> text.append("\n  ").append(operation));
            return text.append("\nthere is no place for\n  ").append(inTheWay).toString();
        }
    }
}
