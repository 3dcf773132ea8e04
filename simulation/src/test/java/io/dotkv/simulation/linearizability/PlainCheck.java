package io.dotkv.simulation.linearizability;

import io.dotkv.simulation.linearizability.SequentialModel.Step;
import java.util.ArrayList;
import java.util.List;

/** The definition, tried by brute force: every order of the answered operations and of any of the unknown ones. */
final class PlainCheck<S, I, O> {
    private final SequentialModel<S, I, O> model;

    PlainCheck(SequentialModel<S, I, O> model) {
        this.model = model;
    }

    boolean isLinearizable(List<ObservedOperation<String, I, O>> history) {
        return history.stream()
                .map(ObservedOperation::key)
                .distinct()
                .allMatch(key -> canGoOn(
                        model.initial(),
                        history.stream()
                                .filter(operation -> operation.key().equals(key))
                                .toList()));
    }

    private boolean canGoOn(S state, List<ObservedOperation<String, I, O>> rest) {
        if (rest.stream().allMatch(operation -> operation.answer().isEmpty())) {
            return true;
        }
        for (ObservedOperation<String, I, O> next : rest) {
            boolean isTooEarly = rest.stream()
                    .anyMatch(other -> other.answer().isPresent() && other.returnedAt() < next.invokedAt());
            Step<S, O> step = model.apply(state, next.input());
            boolean isExplained = next.answer().isEmpty() || next.answer().get().equals(step.answer());
            if (!isTooEarly && isExplained) {
                List<ObservedOperation<String, I, O>> others = new ArrayList<>(rest);
                others.remove(next);
                if (canGoOn(step.after(), others)) {
                    return true;
                }
            }
        }
        return false;
    }
}
