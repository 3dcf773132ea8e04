package io.dotkv.launcher.transfer;

/** A line that holds no entry, or an entry that no line of the format can hold; the message says why. */
public final class BadLine extends Exception {
    private static final long serialVersionUID = 1;

    BadLine(String why) {
        super(why, null, false, false);
    }

    /** Why, as half a sentence. */
    public String why() {
        return String.valueOf(getMessage());
    }
}
