package io.dotkv.launcher.cli.cluster;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code dotkv cluster}, the parent of the commands about the cluster. */
@Command(name = "cluster", description = "Shows the cluster, synchronizes its replicas, and removes nodes.")
public final class ClusterCommand implements Runnable {
    @Spec
    private CommandSpec command = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(
                command.commandLine(), "missing subcommand: nodes, layout, status, converge, remove, leave or recover");
    }
}
