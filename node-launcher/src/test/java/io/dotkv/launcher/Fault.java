package io.dotkv.launcher;

/** What a fake node does to an operation instead of serving it. */
enum Fault {
    /** Serves it. */
    NONE,
    /** Answers UNAVAILABLE, not applied. */
    UNAVAILABLE,
    /** Applies it, and answers that the outcome is unknown. */
    APPLIED_BUT_UNKNOWN,
    /** Answers INVALID_ARGUMENT. */
    INVALID,
    /** Answers FAILED_PRECONDITION: no cluster yet. */
    NO_CLUSTER,
    /** Answers UNIMPLEMENTED, as a node that does not have this layer. */
    NOT_OFFERED,
    /** Never answers. */
    SILENT
}
