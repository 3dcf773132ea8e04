package io.dotkv.launcher.transfer;

/**
 * An input that holds no lines of entries, to be seen at its first bytes; the message says what it is and what to do.
 */
public final class ForeignInput extends Exception {
    private static final long serialVersionUID = 1;

    ForeignInput(String sentence) {
        super(sentence, null, false, false);
    }

    /** What it is and what to do. */
    public String sentence() {
        return String.valueOf(getMessage());
    }
}
