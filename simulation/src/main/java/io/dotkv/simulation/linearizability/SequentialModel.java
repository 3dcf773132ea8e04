package io.dotkv.simulation.linearizability;

/**
 * How the object behaves when operations come one after the other. Pure and deterministic.
 *
 * @param <S> the object's state; has equals and hashCode
 * @param <I> what is asked
 * @param <O> what is answered; has equals
 */
public interface SequentialModel<S, I, O> {
    S initial();

    Step<S, O> apply(S state, I input);

    /**
     * Whether an answer can be given in this state, or in any state that may follow on it. A model that knows of
     * answers that cannot be given any more spares the search the attempt to reach them; one that does not says yes.
     */
    default boolean mayStillAnswer(S state, O answer) {
        return true;
    }

    /** What one operation does. */
    record Step<S, O>(S after, O answer) {}
}
