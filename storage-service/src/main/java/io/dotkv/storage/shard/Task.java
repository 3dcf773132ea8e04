package io.dotkv.storage.shard;

import io.dotkv.storage.replica.Replica;
import org.jspecify.annotations.Nullable;

/** Something that a shard does to one of its replicas. Every task ends with exactly one of its three ends. */
public interface Task {
    /** About how much memory the task holds while it waits. */
    long sizeBytes();

    /**
     * Stages the change. May end the task by refusing it; its other ends then mean nothing any more.
     *
     * @return the replica that was changed and whose next write this task waits for, or null when nothing was staged
     */
    @Nullable
    Replica stage();

    /** Everything staged in the same batch is computed and about to be written. */
    default void staged() {}

    /** The batch is durable. */
    void durable();

    /** The batch failed, and with it the engine: what is on the disk is unknown. */
    void failed(String reason);

    /** The shard stops and has not begun this task. */
    void stopped();
}
