package io.dotkv.storage.engine;

/** The engine failed: a full disk, a failing disk, damaged files. */
public class EngineException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public EngineException(String message) {
        super(message);
    }

    public EngineException(String message, Throwable cause) {
        super(message, cause);
    }
}
