package io.dotkv.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.launcher.cli.format.Console;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.HelpCommand;

class HelpTest {
    private static final Set<String> UNTIL_STOPPED_OR_TRIVIAL = Set.of("node", "version");

    static Stream<String> commands() {
        List<String> names = new ArrayList<>();
        collect(Dotkv.commandLine(Console.ofProcess()), "", names);
        return names.stream();
    }

    private static void collect(CommandLine command, String path, List<String> into) {
        command.getSubcommands().forEach((name, subcommand) -> {
            if (!(subcommand.getCommand() instanceof HelpCommand)) {
                into.add((path + " " + name).strip());
                collect(subcommand, path + " " + name, into);
            }
        });
    }

    @ParameterizedTest
    @MethodSource("commands")
    void theHelpOfEveryCommandNamesItsOptionsAndExitCodes(String command) {
        List<String> arguments = new ArrayList<>(Arrays.asList(command.split(" ", -1)));
        CommandLine found = Dotkv.commandLine(Console.ofProcess());
        for (String name : arguments) {
            found = Objects.requireNonNull(found.getSubcommands().get(name), name);
        }
        arguments.add("--help");
        Run help = Run.of(arguments.toArray(String[]::new));
        assertThat(help.exitCode()).isZero();
        assertThat(help.err()).isEmpty();
        for (CommandLine.Model.OptionSpec option : found.getCommandSpec().options()) {
            assertThat(help.out()).contains(option.longestName());
            assertThat(option.description()).as(option.longestName()).isNotEmpty();
        }
        if (!found.getCommandSpec().usageMessage().hidden()
                && found.getSubcommands().isEmpty()
                && !UNTIL_STOPPED_OR_TRIVIAL.contains(command)) {
            assertThat(help.out()).contains("Exit codes:", "0   ");
        }
    }

    @Test
    void theHelpOfTheProgramListsWhatPeopleUse() {
        Run help = Run.of("--help");
        assertThat(help.exitCode()).isZero();
        assertThat(help.out())
                .contains("put", "get", "delete", "cluster", "load", "dump", "demo", "bench", "completion")
                .doesNotContain("bench-floor-node");
        assertThat(Run.of("help", "put").out()).contains("--context");
        assertThat(Run.of("version").out()).startsWith("dotkv ");
    }

    @Test
    void theHelpFitsTheTerminal() {
        commands().forEach(command -> {
            List<String> arguments = new ArrayList<>(Arrays.asList(command.split(" ", -1)));
            arguments.add("--help");
            Run help = Run.atTerminal("", arguments.toArray(String[]::new));
            assertThat(help.exitCode()).isZero();
            assertThat(help.out().lines()).as(command).allMatch(line -> line.length() <= 80);
        });
    }

    @Test
    void completionKnowsEveryCommand() {
        for (String shell : List.of("bash", "zsh", "fish")) {
            Run script = Run.of("completion", shell);
            assertThat(script.exitCode()).isZero();
            assertThat(script.out()).contains("complete ", "one", "quorum", "consistency", "remove-wins-set");
            commands()
                    .filter(name -> !name.startsWith("bench-floor"))
                    .forEach(name -> assertThat(script.out()).contains(name.substring(name.lastIndexOf(' ') + 1)));
        }
        Run unknown = Run.of("completion", "tcsh");
        assertThat(unknown.exitCode()).isEqualTo(2);
        assertThat(unknown.err()).startsWith("dotkv: SHELL is one of: bash, zsh, fish; not 'tcsh'");
    }
}
