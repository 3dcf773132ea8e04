package io.dotkv.launcher.cli;

import io.dotkv.launcher.output.CheckedOutput;
import io.dotkv.launcher.output.OutputLost;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Where a command reads and writes. Standard output carries answers only; everything said to a person beside them goes to
 * standard error.
 *
 * @param in standard input
 * @param out standard output; a write that fails ends the command
 * @param err standard error, in UTF-8
 * @param terminal whether a person watches standard error
 */
public record Console(InputStream in, CheckedOutput out, PrintStream err, boolean terminal) {
    /** The console of this process. The start script tells whether standard error is a terminal. */
    public static Console ofProcess() {
        return new Console(
                new FileInputStream(FileDescriptor.in),
                CheckedOutput.ofProcess(),
                new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
                Boolean.getBoolean("dotkv.terminal"));
    }

    /** Says something to the person: a sentence that begins with the program's name. */
    public void say(String sentence) {
        var _ = out.flushed();
        err.println("dotkv: " + sentence);
    }

    /**
     * Writes what is left of the answer, and tells how the command has ended: as it says itself, unless its answer was lost.
     * Nobody is told when the reader of a pipe has gone: it has what it wanted.
     */
    public int end(int exitCode) {
        Optional<OutputLost> lost = out.flushed();
        if (lost.isEmpty()) {
            return exitCode;
        }
        boolean closed = out.isPipe();
        if (!closed) {
            err.println("dotkv: " + lost.get().getMessage() + ". What was written before is not all of it.");
        }
        if (ExitCode.isFailure(exitCode)) {
            return exitCode;
        }
        return closed ? ExitCode.PIPE_CLOSED : ExitCode.OUTPUT_LOST;
    }
}
