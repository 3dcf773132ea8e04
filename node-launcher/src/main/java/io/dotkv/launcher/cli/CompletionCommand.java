package io.dotkv.launcher.cli;

import io.dotkv.launcher.cli.format.Console;
import io.dotkv.launcher.cli.format.ExitCode;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dotkv completion}. */
@Command(
        name = "completion",
        description = "Prints a shell completion script for dotkv.",
        footer = {
            "%nIn bash:         source <(dotkv completion bash)",
            "In zsh:          source <(dotkv completion zsh)",
            "In fish:         dotkv completion fish | source"
        },
        exitCodeListHeading = ExitCode.HEADING,
        exitCodeList = {ExitCode.LINE_OK, ExitCode.LINE_USAGE})
public final class CompletionCommand implements Callable<Integer> {
    /** The shells that can be taught. */
    enum Shell {
        /** bash. */
        BASH,
        /** zsh. */
        ZSH,
        /** fish. */
        FISH;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Console console;

    @Spec
    private CommandSpec command = CommandSpec.create();

    @Parameters(index = "0", paramLabel = "SHELL", description = "One of: ${COMPLETION-CANDIDATES}.")
    private Shell shell = Shell.BASH;

    /** A command at this console. */
    public CompletionCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        CommandLine root = command.root().commandLine();
        console.out()
                .println(
                        switch (shell) {
                            case BASH -> CompletionScript.bash(root);
                            case ZSH ->
                                "(( $+functions[compdef] )) || { autoload -U +X compinit && compinit }\n"
                                        + "autoload -U +X bashcompinit && bashcompinit\n"
                                        + CompletionScript.bash(root);
                            case FISH -> CompletionScript.fish(root);
                        });
        return ExitCode.OK;
    }
}
