package io.dotkv.storage.replica.store;

import io.dotkv.kernel.Key;

/**
 * A stored row is not what was written. It must never be taken for an absent one: under a clock, absent means deleted, and
 * the deletion would spread.
 */
public final class DamagedRowException extends Exception {
    private static final long serialVersionUID = 1;

    private final transient Key key;

    DamagedRowException(Key key, String what) {
        super("the row of key " + key + " is damaged on this node's disk: " + what
                + ". Other replicas still have it, and it is being fetched from them; until then read at a level that this"
                + " node is not needed for");
        this.key = key;
    }

    /** Whose row it is. */
    public Key key() {
        return key;
    }
}
