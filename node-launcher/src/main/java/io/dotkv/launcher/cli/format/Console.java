package io.dotkv.launcher.cli.format;

import io.dotkv.launcher.output.CheckedOutput;
import io.dotkv.launcher.output.EscapedOutput;
import io.dotkv.launcher.output.OutputLost;
import io.dotkv.launcher.output.Screen;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Where a command reads and writes. Standard output carries answers only; everything said to a person beside them goes
 * to standard error. All text passes an {@link EscapedOutput}: no command can write a control character of somebody's
 * data to a terminal by accident.
 */
public final class Console {
    private static final String CLEAR_LINE = "\r\033[K";

    private final InputStream in;
    private final CheckedOutput bytes;
    private final PrintStream out;
    private final PrintStream errBytes;
    private final PrintStream err;
    private final Screen screen;

    /** A console of these streams; a write to {@code bytes} that fails ends the command. */
    public Console(InputStream in, CheckedOutput bytes, PrintStream err, Screen screen) {
        this.in = in;
        this.bytes = bytes;
        this.out = new PrintStream(new EscapedOutput(bytes), false, StandardCharsets.UTF_8);
        this.errBytes = err;
        this.err = new PrintStream(new EscapedOutput(err), true, StandardCharsets.UTF_8);
        this.screen = screen;
    }

    /** The console of this process. */
    public static Console ofProcess() {
        return new Console(
                new FileInputStream(FileDescriptor.in),
                CheckedOutput.ofProcess(),
                new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
                Screen.ofProcess());
    }

    /** Standard input. */
    public InputStream in() {
        return in;
    }

    /** Standard output for text. */
    public PrintStream out() {
        return out;
    }

    /** Standard output for bytes as they are: for what was asked for with {@code --output raw}, and help. */
    public CheckedOutput bytes() {
        return bytes;
    }

    /** Standard output for data that another program reads: as it is, unless a person looks at it. */
    public PrintStream data() {
        return screen.seesAnswers() ? out : bytes;
    }

    /** Standard error for text. */
    public PrintStream err() {
        return err;
    }

    /** Where a person sits. */
    public Screen screen() {
        return screen;
    }

    /** Whether a person watches standard error. */
    public boolean terminal() {
        return screen.seesMessages();
    }

    /** Says something to the person: a sentence that begins with the program's name. */
    public void say(String sentence) {
        var _ = bytes.flushed();
        err.println("dotkv: " + sentence);
    }

    /** Puts a text in the place of the last line that was drawn; without a terminal nothing is drawn. */
    public void redraw(String text) {
        if (terminal()) {
            errBytes.print(CLEAR_LINE);
            err.print(text);
            err.flush();
        }
    }

    /**
     * Writes what is left of the answer, and tells how the command has ended: as it says itself, unless its answer was
     * lost. Nobody is told when the reader of a pipe has gone: it has what it wanted.
     */
    public int end(int exitCode) {
        Optional<OutputLost> lost = bytes.flushed();
        if (lost.isEmpty()) {
            return exitCode;
        }
        boolean closed = bytes.isPipe();
        if (!closed) {
            err.println("dotkv: " + lost.get().getMessage() + ". The output is incomplete.");
        }
        if (ExitCode.isFailure(exitCode)) {
            return exitCode;
        }
        return closed ? ExitCode.PIPE_CLOSED : ExitCode.OUTPUT_LOST;
    }
}
