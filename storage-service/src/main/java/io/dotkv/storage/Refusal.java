package io.dotkv.storage;

/**
 * Why a request was not carried out. A refused request left nothing behind.
 *
 * @param reason the kind of refusal
 * @param placement the placement number of the replica that refused, 0 if it has none
 * @param detail the reason in words, with what was expected and what was found
 */
public record Refusal(Reason reason, long placement, String detail) {
    /** The kinds of refusal. */
    public enum Reason {
        /** The request was made under an older layout than the replica's. */
        STALE_PLACEMENT,
        /** This storage holds no replica of the partition. */
        NOT_A_REPLICA,
        /** Nobody has told this storage yet which node it is: it cannot assign dots. */
        NO_ACTOR,
        /** The replica may have lost acknowledged writes and has not caught up yet: it only takes deltas. */
        NOT_VOTING,
        /** A queue is full. */
        OVERLOADED,
        /** The time for the request was over before it began. */
        EXPIRED,
        /** The row cannot be read: it fails its checksum. */
        DAMAGED,
        /** The context names dots that this node never issued. */
        CONTEXT_FROM_NOWHERE,
        /** The key has as many concurrent values as it may have. */
        TOO_MANY_SIBLINGS,
        /** The present content of the key does not allow the change: a counter would overflow, or the key is full. */
        CHANGE_IMPOSSIBLE,
        /** The engine cannot write: the disk is full or failing. */
        ENGINE_FAILED,
        /** The storage works for another node or another cluster, or its data is that of another. */
        WRONG_IDENTITY,
        /** The change holds an event of a former boot that is closed, or being closed, and was not known here. */
        RETIRED,
        /** The storage is stopping. */
        STOPPING,
        /** There is no connection to the storage: nothing was sent. */
        UNREACHABLE,
        /** The request breaks a rule of the interface, or the reason of the refusal is one that a newer version has. */
        NOT_UNDERSTOOD
    }
}
