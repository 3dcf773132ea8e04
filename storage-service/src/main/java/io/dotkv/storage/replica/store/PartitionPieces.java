package io.dotkv.storage.replica.store;

import io.dotkv.kernel.PartitionId;
import java.util.Arrays;

/**
 * Where an engine holds what belongs to one partition, and what is written when a piece of it is lost. For who copies
 * an engine without knowing what is in it.
 */
public final class PartitionPieces {
    /** The value of the mark "may lack acknowledged writes" when the partition was left out of a copy. */
    private static final byte[] LEFT_OUT = {1};

    /** Under this number is also what belongs to the storage as a whole. */
    public static final int OF_STORAGE = 0xffff;

    private final EngineKeys keys;

    public PartitionPieces(int number) {
        this.keys = new EngineKeys(new PartitionId(number));
    }

    /** The first place. */
    public byte[] from() {
        return Arrays.copyOf(keys.replica(), 2);
    }

    /** The first place behind all. */
    public byte[] to() {
        byte[] from = from();
        return new byte[] {from[0], from[1], (byte) 0xff, (byte) 0xff};
    }

    /** There is a value here if, and only if, there is a replica. */
    public byte[] replicaId() {
        return keys.replica();
    }

    /** Where {@link #leftOut} goes. */
    public byte[] catchingUp() {
        return keys.catchingUp();
    }

    /** Makes the partition begin as a new replica that does not vote before it has caught up. */
    public static byte[] leftOut() {
        return LEFT_OUT.clone();
    }
}
