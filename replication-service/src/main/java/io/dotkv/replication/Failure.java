package io.dotkv.replication;

/**
 * Why an operation failed.
 *
 * @param reason the kind of failure
 * @param message the whole story in sentences: what happened, to which key or node, what was done, what to do now
 */
public record Failure(Reason reason, String message) {
    /** The kinds of failure. Their names are part of the API: they never change. */
    public enum Reason {
        /** The request itself is malformed. */
        INVALID_REQUEST,
        /** A context or page token is cut, altered, or never was one. */
        MALFORMED_TOKEN,
        /** A context or page token of another cluster. */
        FOREIGN_TOKEN,
        /** A context of a key in another partition, or a page token of another scan. */
        MISPLACED_TOKEN,
        /** The context names writes that their node never made: it lost data, or the context is forged. */
        CONTEXT_FROM_NOWHERE,
        /** The key has as many concurrent values as it may have. */
        TOO_MANY_SIBLINGS,
        /** The content of the key does not allow the change: a counter would overflow, or the key is full. */
        CHANGE_IMPOSSIBLE,
        /** The key holds data of a type that this version does not know. */
        UNKNOWN_TYPE,
        /** No cluster has formed yet. */
        NO_CLUSTER,
        /** The level asks for more replicas than the partition has. */
        LEVEL_IMPOSSIBLE,
        /** A value or key was asked for as text and is not. */
        NOT_TEXT,
        /** The answer is larger than the client takes. */
        ANSWER_TOO_LARGE,
        /** Too few replicas are reachable, or too few of them answered a read. */
        TOO_FEW_REPLICAS,
        /** The replicas that could coordinate the write refused to. */
        REFUSED_BY_REPLICAS,
        /** The layout is newer than this node's view of it. */
        LAYOUT_CHANGED,
        /** Shed at a limit. */
        OVERLOADED,
        /** The node is stopping. */
        STOPPING,
        /** The deadline passed. */
        DEADLINE,
        /** Sent, and the level cannot be reached any more. */
        LEVEL_LOST,
        /** Something that should not happen; the node's log has the details. */
        INTERNAL
    }
}
