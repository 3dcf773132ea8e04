package io.dotkv.replication;

/** How a scrub ended. */
public sealed interface ScrubResult {
    /** It came to its end, or nobody wanted it any more. */
    record Done(ScrubReport report) implements ScrubResult {}

    /** It did not begin. */
    record Failed(Failure failure) implements ScrubResult {}
}
