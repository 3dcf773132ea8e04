package io.dotkv.kernel.types;

/** A change that the present state of the key does not allow. The message says why, in a sentence without its end. */
public final class ImpossibleChangeException extends Exception {
    private static final long serialVersionUID = 1;

    public ImpossibleChangeException(String message) {
        super(message);
    }
}
