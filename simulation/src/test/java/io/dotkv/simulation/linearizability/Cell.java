package io.dotkv.simulation.linearizability;

/** A number that is read, written, and compared and set. */
final class Cell implements SequentialModel<Integer, Cell.Request, Integer> {
    static final int DONE = -1;
    static final int FAILED = -2;

    sealed interface Request {
        /** Answers with the value. */
        record Read() implements Request {}

        /** Answers {@link #DONE}. */
        record Write(int value) implements Request {}

        /** Answers {@link #DONE}, or {@link #FAILED} when the cell does not hold what was expected. */
        record CompareAndSet(int expected, int value) implements Request {}
    }

    @Override
    public Integer initial() {
        return 0;
    }

    @Override
    public Step<Integer, Integer> apply(Integer state, Request request) {
        return switch (request) {
            case Request.Read() -> new Step<>(state, state);
            case Request.Write(int value) -> new Step<>(value, DONE);
            case Request.CompareAndSet(int expected, int value) ->
                state == expected ? new Step<>(value, DONE) : new Step<>(state, FAILED);
        };
    }
}
