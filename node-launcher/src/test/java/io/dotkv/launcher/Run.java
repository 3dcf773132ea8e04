package io.dotkv.launcher;

import com.google.protobuf.ByteString;
import io.dotkv.launcher.cli.Console;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
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
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console = new Console(
                new ByteArrayInputStream(in.toByteArray()),
                new PrintStream(out, false, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false);
        int exitCode = Dotkv.commandLine(console).execute(arguments);
        console.out().flush();
        return new Run(exitCode, ByteString.copyFrom(out.toByteArray()), err.toString(StandardCharsets.UTF_8));
    }

    String out() {
        return bytes.toStringUtf8();
    }
}
