package io.dotkv.launcher.output;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;

/** A write to the output of a command failed; what the command writes from now on is lost, too. */
public final class OutputLost extends UncheckedIOException {
    private static final long serialVersionUID = 1;

    OutputLost(IOException cause) {
        super("the output cannot be written: " + cause.getMessage(), cause);
    }

    /** Why, as the end of a sentence. */
    public String reason() {
        return "cannot be written: " + Objects.requireNonNull(getCause()).getMessage();
    }
}
