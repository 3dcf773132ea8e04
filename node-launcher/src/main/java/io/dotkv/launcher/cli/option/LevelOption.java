package io.dotkv.launcher.cli.option;

import io.dotkv.proto.replication.v1.Consistency;
import picocli.CommandLine.Option;

/** The option that selects how many replicas must take part. */
public final class LevelOption {
    @Option(
            names = {"-c", "--consistency"},
            paramLabel = "LEVEL",
            defaultValue = "quorum",
            description = "Consistency level, the number of replicas that must take part: "
                    + "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private ConsistencyOption level = ConsistencyOption.QUORUM;

    /** The level as it travels. */
    public Consistency message() {
        return level.message();
    }

    @Override
    public String toString() {
        return level.toString();
    }
}
