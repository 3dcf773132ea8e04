package io.dotkv.simulation.linearizability;

import java.util.Optional;

/**
 * One operation of a client, as the client saw it.
 *
 * @param key what it was on; operations on different keys do not concern each other
 * @param input what was asked
 * @param answer what was answered; empty when that is not known: then it may have taken effect at any time since it was
 *     invoked, may do so later, or never does
 * @param invokedAt when it was asked, in any unit that is the same for all
 * @param returnedAt when the answer came, not before it was asked; without meaning when there is no answer
 */
public record ObservedOperation<K, I, O>(K key, I input, Optional<O> answer, long invokedAt, long returnedAt) {
    public ObservedOperation {
        if (answer.isPresent() && returnedAt < invokedAt) {
            throw new IllegalArgumentException("answered at " + returnedAt + ", before it was asked at " + invokedAt);
        }
    }

    public static <K, I, O> ObservedOperation<K, I, O> answered(
            K key, I input, O answer, long invokedAt, long returnedAt) {
        return new ObservedOperation<>(key, input, Optional.of(answer), invokedAt, returnedAt);
    }

    /** An operation whose outcome is unknown. */
    public static <K, I, O> ObservedOperation<K, I, O> unknown(K key, I input, long invokedAt) {
        return new ObservedOperation<>(key, input, Optional.empty(), invokedAt, Long.MAX_VALUE);
    }
}
