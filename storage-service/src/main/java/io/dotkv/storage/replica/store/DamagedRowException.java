package io.dotkv.storage.replica.store;

import io.dotkv.kernel.Key;

/**
 * A stored row is not what was written. It must never be taken for an absent one: under a clock, absent means deleted,
 * and the deletion would spread.
 */
public final class DamagedRowException extends Exception {
    private static final long serialVersionUID = 1;

    private final transient Key key;

    DamagedRowException(Key key, String what) {
        super("the row of key " + key + " is corrupt on this node's disk: " + what
                + ". It is being fetched from the other replicas; until then read at a level that does "
                + "not need this node");
        this.key = key;
    }

    /** Whose row it is. */
    public Key key() {
        return key;
    }
}
