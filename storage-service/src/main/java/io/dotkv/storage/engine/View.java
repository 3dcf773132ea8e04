package io.dotkv.storage.engine;

import org.jspecify.annotations.Nullable;

/** Ordered bytes to read: the newest state of an engine, or a snapshot of it. Any thread. */
public interface View {
    /**
     * The value under a key, or null. May read the disk.
     *
     * @throws EngineException when the engine cannot tell; a {@link DamagedDataException} when what is there is damaged
     */
    byte @Nullable [] get(byte[] key);

    /**
     * A cursor over the keys from the first, inclusive, to the second, exclusive, in byte order, as they are now; over
     * none when the first is not below the second. Close it.
     */
    Cursor scan(byte[] from, byte[] to);
}
