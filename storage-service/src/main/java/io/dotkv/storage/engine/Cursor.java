package io.dotkv.storage.engine;

/**
 * A walk over ordered keys. Begins before the first: call {@link #next()} to get there. At the end it stays at the end.
 * One thread at a time.
 */
public interface Cursor extends AutoCloseable {
    /**
     * Moves on; false when there are no more keys.
     *
     * @throws DamagedDataException when the next key cannot be told
     */
    boolean next();

    /** Moves to the first key at or after the given one, ahead or back; false when there is none. */
    boolean seek(byte[] key);

    byte[] key();

    byte[] value();

    @Override
    void close();
}
