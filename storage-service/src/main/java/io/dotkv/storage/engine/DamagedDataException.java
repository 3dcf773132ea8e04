package io.dotkv.storage.engine;

/**
 * A part of what is stored fails the engine's own checksum. Nothing can be said about what was there; the rest of the
 * engine may be intact, and writing may go on.
 */
public final class DamagedDataException extends EngineException {
    private static final long serialVersionUID = 1;

    public DamagedDataException(String message, Throwable cause) {
        super(message, cause);
    }
}
