package io.dotkv.launcher.cli.format;

import java.util.Locale;

/** The form of an answer on standard output. */
public enum Output {
    /** For people. */
    TABLE,
    /** The answer of the node as JSON, as grpcurl would show it. */
    JSON,
    /** The one thing a script wants, and nothing else; each command says what that is. */
    RAW;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
