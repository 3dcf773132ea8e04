package io.dotkv.launcher.cli.option;

import io.dotkv.launcher.cli.format.Console;
import picocli.CommandLine.Option;

/** The option of commands that show values: on a terminal a long one is cut. */
public final class FullOption {
    /** As much as a person reads, and a terminal shows without scrolling away what stood before. */
    private static final int ROOM_ON_A_TERMINAL = 1000;

    @Option(names = "--full", description = "Print long values in full, also on a terminal.")
    private boolean full;

    /** How many characters of a value are shown. */
    public int room(Console console) {
        return console.screen().seesAnswers() && !full ? ROOM_ON_A_TERMINAL : Integer.MAX_VALUE;
    }
}
