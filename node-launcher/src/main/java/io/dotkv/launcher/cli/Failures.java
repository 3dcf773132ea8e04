package io.dotkv.launcher.cli;

import io.dotkv.launcher.cli.format.Console;
import io.dotkv.launcher.cli.format.ExitCode;
import io.dotkv.launcher.cli.format.FileErrors;
import io.dotkv.launcher.cli.format.Json;
import io.dotkv.launcher.cli.format.Output;
import io.dotkv.launcher.cli.format.UnknownWrite;
import io.dotkv.launcher.cli.option.OutputOption;
import io.dotkv.launcher.cli.option.WriteOptions;
import io.dotkv.launcher.client.CallFailed;
import io.dotkv.launcher.client.RetryDecision;
import io.dotkv.launcher.output.OutputLost;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The edge at which failures of commands become one sentence on standard error and an exit code; with
 * {@code --output json} also a line of JSON on standard output, {@code {"failure":{…}}}, so that a script reads what it
 * reads after a success.
 */
public final class Failures implements IExecutionExceptionHandler {
    private static final String NOT_APPLIED = "NOT_APPLIED";
    private static final String UNKNOWN = "UNKNOWN";

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
            int exitCode = refuse(console, sentence(wrong), List.of(arguments));
            UnmatchedArgumentException.printSuggestions(
                    wrong, new PrintWriter(console.err(), true, StandardCharsets.UTF_8));
            console.err().println("See \"" + command + " --help\".");
            return exitCode;
        }

        /** Refuses arguments; the exit code. */
        public static int refuse(Console console, String sentence, List<String> arguments) {
            console.say(sentence);
            if (wantJson(arguments)) {
                console.out().println(json(ExitCode.USAGE, "USAGE", NOT_APPLIED, Optional.empty(), sentence));
            }
            return ExitCode.USAGE;
        }

        /** The arguments are read by hand, since they could not be parsed. */
        private static boolean wantJson(List<String> arguments) {
            String line = String.join(" ", arguments).toLowerCase(Locale.ROOT) + " ";
            return Stream.of("-o", "--output")
                    .flatMap(option -> Stream.of(option + " json ", option + "=json ", option + "json "))
                    .anyMatch(line::contains);
        }

        private static String sentence(ParameterException wrong) {
            if (wrong instanceof UnmatchedArgumentException unmatched) {
                return sentence(unmatched);
            }
            ArgSpec argument = wrong.getArgSpec();
            if (argument != null && argument.type().isEnum() && wrong.getValue() != null) {
                String name = argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
                return name + " is one of: "
                        + Stream.of(argument.type().getEnumConstants())
                                .map(Object::toString)
                                .collect(Collectors.joining(", "))
                        + "; not '" + wrong.getValue() + "'";
            }
            return String.valueOf(wrong.getMessage());
        }

        /** The first unknown option among what was not understood says most. */
        private static String sentence(UnmatchedArgumentException unmatched) {
            for (String argument : unmatched.getUnmatched()) {
                if (argument.startsWith("-") && argument.length() > 1) {
                    return "there is no option " + argument;
                }
                if (unmatched.getCommandLine().isExpandAtFiles() && argument.startsWith("@") && argument.length() > 1) {
                    return "the file of options "
                            + FileErrors.reading(Path.of(argument.substring(1)))
                                    .orElse(argument + " was not expected here");
                }
            }
            return "'" + unmatched.getUnmatched().getFirst() + "' is an extra argument or an unknown command";
        }
    }

    @Override
    public int handleExecutionException(Exception thrown, CommandLine command, ParseResult parsed) {
        return switch (thrown) {
            case CallFailed failure -> {
                // Commands always send bytes; the person knows a value, not a field of a message.
                String sentence = failure.sentence().replace(": raw_value has ", ": the value has ");
                String outcome = failure.verdict() == RetryDecision.UNKNOWN_OUTCOME ? UNKNOWN : NOT_APPLIED;
                yield tell(command, ExitCode.of(failure.verdict()), failure.reason(), outcome, sentence);
            }
            case UnknownWrite failure ->
                tell(
                        command,
                        ExitCode.UNKNOWN_OUTCOME,
                        failure.reason(),
                        UNKNOWN,
                        String.valueOf(failure.getMessage()));
            case OutputLost _ -> ExitCode.OUTPUT_LOST; // the console tells it at the end
            case IOException failure ->
                tell(
                        command,
                        ExitCode.INTERNAL,
                        "IO",
                        NOT_APPLIED,
                        failure.getClass() == IOException.class
                                ? String.valueOf(failure.getMessage())
                                : failure.getClass().getSimpleName() + ": " + failure.getMessage());
            default -> {
                int exitCode = tell(command, ExitCode.INTERNAL, "DEFECT", UNKNOWN, "internal error; please report it.");
                thrown.printStackTrace(console.err());
                yield exitCode;
            }
        };
    }

    private int tell(CommandLine command, int exitCode, String reason, String outcome, String sentence) {
        console.say(sentence);
        if (mixin(command.getCommandSpec(), OutputOption.class)
                .filter(output -> output.form() == Output.JSON)
                .isPresent()) {
            Optional<String> requestId = mixin(command.getCommandSpec(), WriteOptions.class)
                    .filter(WriteOptions::isNamed)
                    .map(WriteOptions::requestId);
            console.out().println(json(exitCode, reason, outcome, requestId, sentence));
        }
        return exitCode;
    }

    private static String json(
            int exitCode, String reason, String outcome, Optional<String> requestId, String sentence) {
        Map<String, Object> failure = new LinkedHashMap<>();
        failure.put("reason", reason);
        failure.put("outcome", outcome);
        requestId.ifPresent(id -> failure.put("requestId", id));
        failure.put("message", sentence);
        failure.put("exitCode", exitCode);
        return Json.of((Object) Map.of("failure", failure));
    }

    private static <T> Optional<T> mixin(CommandSpec command, Class<T> type) {
        return mixins(command)
                .map(CommandSpec::userObject)
                .filter(type::isInstance)
                .map(type::cast)
                .findFirst();
    }

    /** Those of the command, and those that these have. */
    private static Stream<CommandSpec> mixins(CommandSpec command) {
        return command.mixins().values().stream().flatMap(mixin -> Stream.concat(Stream.of(mixin), mixins(mixin)));
    }
}
