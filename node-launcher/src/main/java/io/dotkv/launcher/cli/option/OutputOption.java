package io.dotkv.launcher.cli.option;

import io.dotkv.launcher.cli.format.Output;
import picocli.CommandLine.Option;

/** The option that selects the form of the answer. */
public final class OutputOption {
    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORM",
            defaultValue = "table",
            description = "Output format: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private Output output = Output.TABLE;

    public Output form() {
        return output;
    }
}
