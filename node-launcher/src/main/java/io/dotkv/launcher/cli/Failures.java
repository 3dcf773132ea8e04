package io.dotkv.launcher.cli;

import io.dotkv.launcher.client.CallFailed;
import io.dotkv.launcher.output.OutputLost;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** The edge at which failures of commands become one sentence on standard error and an exit code. */
public final class Failures implements IExecutionExceptionHandler {
    private final Console console;

    /** Speaks to the person at this console. */
    public Failures(Console console) {
        this.console = console;
    }

    /** The edge at which a wrong command line becomes a sentence, and a hint where to read more. */
    public static final class OfUsage implements IParameterExceptionHandler {
        private final Console console;

        /** Speaks to the person at this console. */
        public OfUsage(Console console) {
            this.console = console;
        }

        @Override
        public int handleParseException(ParameterException wrong, String[] arguments) {
            String command = wrong.getCommandLine().getCommandSpec().qualifiedName();
            console.say(
                    wrong instanceof UnmatchedArgumentException unmatched
                            ? sentence(unmatched)
                            : String.valueOf(wrong.getMessage()));
            UnmatchedArgumentException.printSuggestions(
                    wrong, new PrintWriter(console.err(), true, StandardCharsets.UTF_8));
            console.err().println("Write \"" + command + " --help\" for what there is.");
            return ExitCode.USAGE;
        }

        /** The first unknown option among what was not understood says most. */
        private static String sentence(UnmatchedArgumentException unmatched) {
            for (String argument : unmatched.getUnmatched()) {
                if (argument.startsWith("-") && argument.length() > 1) {
                    return "there is no option " + argument;
                }
                if (unmatched.getCommandLine().isExpandAtFiles() && argument.startsWith("@") && argument.length() > 1) {
                    return "the file of options "
                            + FileTrouble.reading(Path.of(argument.substring(1)))
                                    .orElse(argument + " was not expected here");
                }
            }
            return "'" + unmatched.getUnmatched().getFirst() + "' is one argument too many, or no command";
        }
    }

    @Override
    public int handleExecutionException(Exception thrown, CommandLine command, ParseResult parsed) {
        return switch (thrown) {
            case CallFailed failure -> {
                // Commands always send bytes; the person knows a value, not a field of a message.
                console.say(failure.sentence().replace(": raw_value has ", ": the value has "));
                yield ExitCode.of(failure.verdict());
            }
            case WriteInDoubt failure -> {
                console.say(String.valueOf(failure.getMessage()));
                yield ExitCode.UNKNOWN_OUTCOME;
            }
            case OutputLost _ -> ExitCode.OUTPUT_LOST; // the console tells it at the end
            case IOException failure -> {
                console.say(
                        failure.getClass() == IOException.class
                                ? String.valueOf(failure.getMessage())
                                : failure.getClass().getSimpleName() + ": " + failure.getMessage());
                yield ExitCode.INTERNAL;
            }
            default -> {
                console.say("this should not have happened; please report it.");
                thrown.printStackTrace(console.err());
                yield ExitCode.INTERNAL;
            }
        };
    }
}
