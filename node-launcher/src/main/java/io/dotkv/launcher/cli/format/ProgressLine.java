package io.dotkv.launcher.cli.format;

import com.google.protobuf.ByteString;
import io.dotkv.launcher.output.CheckedOutput;
import io.dotkv.launcher.output.OutputLost;
import io.dotkv.launcher.transfer.LoadWatcher;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Shows how far a load is: a bar that redraws itself where a person watches, a line every few seconds elsewhere. Says
 * what failed, the first lines of it, and writes every failed line to a file when there is one.
 */
public final class ProgressLine implements LoadWatcher {
    private static final long REDRAW_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long LINE_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final int BAR_WIDTH = 30;
    private static final int FAILURES_SHOWN = 10;

    private final Console console;
    private final long totalBytes;
    private final Optional<CheckedOutput> failedLines;
    private final long start = System.nanoTime();
    private long shownAt = start;
    private long failures;
    private boolean keptAll = true;

    /** With 0 bytes in total when the size of the input is not known. */
    public ProgressLine(Console console, long totalBytes, Optional<CheckedOutput> failedLines) {
        this.console = console;
        this.totalBytes = totalBytes;
        this.failedLines = failedLines;
    }

    @Override
    public void failed(long lineNumber, ByteString line, String why) {
        failures++;
        if (failures <= FAILURES_SHOWN) {
            clear();
            console.say("line " + lineNumber + " was not loaded: " + why);
        } else if (failures == FAILURES_SHOWN + 1) {
            clear();
            console.say("further failing lines are counted, not shown; --failed FILE saves them.");
        }
        failedLines.filter(_ -> keptAll).ifPresent(file -> keep(file, line));
    }

    /** A load goes on when its failed lines cannot be kept: what can be loaded is loaded. */
    private void keep(CheckedOutput file, ByteString line) {
        try {
            line.writeTo(file);
            file.write('\n');
        } catch (OutputLost lost) {
            notKept(lost);
        } catch (IOException impossible) {
            throw new IllegalStateException("the stream throws another exception", impossible);
        }
    }

    private void notKept(OutputLost lost) {
        keptAll = false;
        clear();
        console.say("the file for failed lines is not complete, it " + lost.reason()
                + ". Lines that fail are no longer kept.");
    }

    /** Writes what is left of the failed lines; whether all of them are kept. */
    public boolean finish() {
        clear();
        Optional<OutputLost> lost = failedLines.flatMap(CheckedOutput::flushed);
        if (keptAll && lost.isPresent()) {
            notKept(lost.get());
        }
        return keptAll;
    }

    @Override
    public void progress(long loaded, long readBytes) {
        long now = System.nanoTime();
        if (now - shownAt < (console.terminal() ? REDRAW_NANOS : LINE_NANOS)) {
            return;
        }
        shownAt = now;
        String text = String.format(Locale.ROOT, "%,d loaded, %,.0f/s", loaded, loaded * 1e9 / (now - start))
                + (failures == 0 ? "" : String.format(Locale.ROOT, ", %,d failed", failures));
        if (console.terminal()) {
            console.redraw(bar(readBytes) + text);
        } else {
            console.say(percent(readBytes) + text);
        }
    }

    /** Takes the bar away, so that what is said next begins on a clean line. */
    void clear() {
        console.redraw("");
    }

    private String bar(long readBytes) {
        if (totalBytes == 0) {
            return "";
        }
        int full = (int) Math.min(BAR_WIDTH, BAR_WIDTH * readBytes / totalBytes);
        return "[" + "#".repeat(full) + " ".repeat(BAR_WIDTH - full) + "] " + percent(readBytes);
    }

    private String percent(long readBytes) {
        return totalBytes == 0
                ? ""
                : String.format(Locale.ROOT, "%3d %%  ", Math.min(100, 100 * readBytes / totalBytes));
    }
}
