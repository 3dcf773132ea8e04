package io.dotkv.launcher;

import com.google.protobuf.ByteString;
import io.dotkv.launcher.cli.format.Console;
import io.dotkv.launcher.output.CheckedOutput;
import io.dotkv.launcher.output.Screen;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * One run of the program: what it said and how it ended.
 *
 * @param exitCode how it ended
 * @param bytes what it wrote to standard output
 * @param err what it wrote to standard error
 */
record Run(int exitCode, ByteString bytes, String err) {
    /** Runs the program without standard input. */
    static Run of(String... arguments) {
        return withInput(ByteString.EMPTY, arguments);
    }

    /** Runs the program with this standard input. */
    static Run withInput(ByteString in, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Run run = onto(out, in, arguments);
        return new Run(run.exitCode, ByteString.copyFrom(out.toByteArray()), run.err);
    }

    /** Runs the program where a person sits at a terminal and types this. */
    static Run atTerminal(String typed, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Run run = onto(out, ByteString.copyFromUtf8(typed), new Screen(true, true, true, 80), arguments);
        return new Run(run.exitCode, ByteString.copyFrom(out.toByteArray()), run.err);
    }

    /** Runs the program with this standard input and output. */
    static Run onto(OutputStream out, ByteString in, String... arguments) {
        return onto(out, in, Screen.NONE, arguments);
    }

    private static Run onto(OutputStream out, ByteString in, Screen screen, String... arguments) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console = new Console(
                new ByteArrayInputStream(in.toByteArray()),
                new CheckedOutput(out),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                screen);
        int exitCode = Dotkv.run(console, arguments);
        return new Run(exitCode, ByteString.EMPTY, err.toString(StandardCharsets.UTF_8));
    }

    String out() {
        return bytes.toStringUtf8();
    }
}
