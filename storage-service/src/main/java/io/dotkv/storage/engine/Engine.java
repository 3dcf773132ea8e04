package io.dotkv.storage.engine;

import org.jspecify.annotations.Nullable;

/**
 * Where a storage keeps its bytes: an ordered map with atomic batches and snapshots. The port between the replica,
 * which decides what is kept, and RocksDB or memory.
 */
public interface Engine extends View, AutoCloseable {
    /** What {@link #getCached} answers when it would have to read the disk. Never a stored value. */
    byte[] NOT_CACHED = new byte[0];

    /** {@code rocksdb} or {@code memory}. */
    String name();

    /** Like {@link #get}, but never reads the disk: answers {@link #NOT_CACHED}, the very array, instead. */
    byte @Nullable [] getCached(byte[] key);

    /** Whether an answer of {@link #getCached} is {@link #NOT_CACHED}. */
    @SuppressWarnings("ReferenceEquality")
    static boolean isNotCached(byte @Nullable [] answer) {
        return answer == NOT_CACHED;
    }

    /** An empty batch. Close it. */
    Batch newBatch();

    /**
     * Carries out a batch, all of it or nothing, also across a crash; a reader sees all of it or nothing.
     *
     * @param sync whether it must survive the loss of power before this returns
     * @throws EngineException when it failed; what is on the disk is then unknown until the engine is opened again
     */
    void write(Batch batch, boolean sync);

    /** Makes everything written so far survive the loss of power. */
    void sync();

    /** The state as it is now, unchanged by later writes. Close it soon: it keeps old data alive. */
    Snapshot snapshot();

    /**
     * Whether a write would have to wait at present until the engine has worked off those before. May wait for a moment
     * itself.
     */
    boolean isStalled();

    /** About how many entries there are. */
    long estimateEntries();

    /**
     * Whether a part of what is stored was found to be unreadable, so that the engine is to be rebuilt when it is
     * opened next.
     */
    default boolean isDamaged() {
        return false;
    }

    /** Bytes on disk; 0 for memory. */
    long diskBytes();

    /**
     * Keeps the data as it is now beside itself, for people, unless a copy of another time is there.
     *
     * @return where it is, in words
     */
    default String keepCopy() {
        return "nothing is kept, since the data is only in memory";
    }

    /** Ends it. Waits for a while until cursors and snapshots are closed; a call that comes later is refused. */
    @Override
    void close();

    /** A view that does not change. */
    interface Snapshot extends View, AutoCloseable {
        @Override
        void close();
    }

    /** Changes that are carried out together, in order. */
    interface Batch extends AutoCloseable {
        void put(byte[] key, byte[] value);

        void delete(byte[] key);

        /** Deletes the keys from the first, inclusive, to the second, exclusive, which is not below the first. */
        void deleteRange(byte[] from, byte[] to);

        boolean isEmpty();

        @Override
        void close();
    }
}
