package io.dotkv.launcher.cli;

import picocli.CommandLine.Option;

/** The option that selects the form of the answer. */
final class OutputOption {
    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORM",
            defaultValue = "table",
            description = "Form of the answer: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private Output output = Output.TABLE;

    Output form() {
        return output;
    }
}
