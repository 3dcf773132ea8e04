package io.dotkv.kernel.encoding;

/** Bytes are not what they should be: cut, flipped, or never ours. The message says what is wrong with them. */
public final class MalformedException extends Exception {
    private static final long serialVersionUID = 1;

    public MalformedException(String message) {
        super(message);
    }
}
