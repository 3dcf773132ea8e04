package io.dotkv.launcher;

import io.dotkv.launcher.cli.format.Console;
import java.util.List;

/** Lets tests of other packages parse command lines without running them. */
public final class DotkvCommandLine {
    private DotkvCommandLine() {}

    /** Parses; throws what picocli throws at a wrong command line. */
    public static void parse(List<String> arguments) {
        Dotkv.commandLine(Console.ofProcess()).parseArgs(arguments.toArray(String[]::new));
    }
}
