package io.dotkv.launcher.client;

/** What a failed call tells its caller. */
public enum RetryDecision {
    /** Nothing was done and nothing will be: a retry is safe in every way. */
    NOT_APPLIED,
    /** A write was sent and may surface: only a retry with the same request id is the same write. */
    UNKNOWN_OUTCOME,
    /** The request was understood and refused: the same request will be refused again. */
    REFUSED,
    /** The node failed at something that should not fail. */
    INTERNAL
}
