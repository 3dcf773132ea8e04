package io.dotkv.launcher.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * Where a command reads and writes. Standard output carries answers only; everything said to a person beside them goes to
 * standard error.
 *
 * @param in standard input
 * @param out standard output, buffered, in UTF-8
 * @param err standard error, in UTF-8
 * @param terminal whether a person watches standard error
 */
public record Console(InputStream in, PrintStream out, PrintStream err, boolean terminal) {
    private static final int BUFFER_BYTES = 1 << 16;

    /** The console of this process. The start script tells whether standard error is a terminal. */
    public static Console ofProcess() {
        return new Console(
                new FileInputStream(FileDescriptor.in),
                new PrintStream(
                        new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), BUFFER_BYTES),
                        false,
                        StandardCharsets.UTF_8),
                new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
                Boolean.getBoolean("dotkv.terminal"));
    }

    /** Says something to the person: a sentence that begins with the program's name. */
    public void say(String sentence) {
        out.flush();
        err.println("dotkv: " + sentence);
    }
}
