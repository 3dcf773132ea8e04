package io.dotkv.simulation.linearizability;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Checks whether a history is linearizable: whether its operations can be put in one order, in which each operation
 * comes after those that had returned before it was invoked, and in which the model gives the very answers that the
 * clients got. Each key is checked for itself, because a history is linearizable when the history of each object is
 * (Herlihy and Wing, 1990).
 *
 * <p>Source: Wing and Gong, "Testing and Verifying Concurrent Objects" (1993), with the memory of failed configurations
 * of Lowe, "Testing for linearizability" (2017). Exponential in the number of operations that overlap, at worst.
 */
public final class Linearizability {
    private Linearizability() {}

    public static <K, S, I, O> LinearizabilityResult check(
            SequentialModel<S, I, O> model, List<ObservedOperation<K, I, O>> history) {
        Map<K, List<ObservedOperation<K, I, O>>> byKey = new LinkedHashMap<>();
        for (ObservedOperation<K, I, O> operation : history) {
            byKey.computeIfAbsent(operation.key(), key -> new ArrayList<>()).add(operation);
        }
        for (List<ObservedOperation<K, I, O>> ofOneKey : byKey.values()) {
            LinearizabilityResult verdict = new Search<>(model, ofOneKey).run();
            if (verdict instanceof LinearizabilityResult.Violation) {
                return verdict;
            }
        }
        return new LinearizabilityResult.Linearizable();
    }
}
