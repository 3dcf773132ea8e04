package io.dotkv.storage;

/**
 * How a call of the storage layer ended. Three answers, never two: whether something was surely not done is worth as
 * much to the caller as whether it was done.
 */
public sealed interface Outcome<T> {
    /** It was done, and what it changed is durable. */
    record Done<T>(T value) implements Outcome<T> {}

    /** It was not done and will not be. */
    record Refused<T>(Refusal refusal) implements Outcome<T> {}

    /** It may have been done, or may yet be: the connection broke, or the answer did not come in time. */
    record Unknown<T>(String reason) implements Outcome<T> {}

    public static <T> Outcome<T> done(T value) {
        return new Done<>(value);
    }

    static <T> Outcome<T> refused(Refusal refusal) {
        return new Refused<>(refusal);
    }

    static <T> Outcome<T> unknown(String reason) {
        return new Unknown<>(reason);
    }
}
