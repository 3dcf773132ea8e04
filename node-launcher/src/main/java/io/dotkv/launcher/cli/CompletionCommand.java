package io.dotkv.launcher.cli;

import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dotkv completion}. */
@Command(
        name = "completion",
        description = "Prints a script that teaches a shell to complete dotkv's commands and options.",
        footer = {
            "%nFor this shell:  source <(dotkv completion bash)",
            "In zsh:          source <(dotkv completion zsh)"
        },
        exitCodeListHeading = ExitCode.HEADING,
        exitCodeList = {ExitCode.LINE_OK, ExitCode.LINE_USAGE})
public final class CompletionCommand implements Callable<Integer> {
    /** The shells that can be taught. */
    enum Shell {
        /** bash. */
        BASH,
        /** zsh. */
        ZSH;

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
        if (shell == Shell.ZSH) {
            console.out().println("autoload -U +X compinit && compinit");
            console.out().println("autoload -U +X bashcompinit && bashcompinit");
        }
        console.out().println(AutoComplete.bash("dotkv", command.root().commandLine()));
        return ExitCode.OK;
    }
}
