package io.dotkv.storage.replica;

import io.dotkv.kernel.Key;

/**
 * A stored row is not what was written. It must never be taken for an absent one: under a clock, absent means deleted, and
 * the deletion would spread.
 */
public final class DamagedRowException extends Exception {
    private static final long serialVersionUID = 1;

    DamagedRowException(Key key, String what) {
        super("the row of key " + key + " is damaged on this node's disk: " + what
                + ". Other replicas still have it: read at a level that this node is not needed for");
    }
}
