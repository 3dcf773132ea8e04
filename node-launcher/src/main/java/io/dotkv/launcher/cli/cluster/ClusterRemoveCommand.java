package io.dotkv.launcher.cli.cluster;

import io.dotkv.launcher.cli.format.Console;
import io.dotkv.launcher.cli.format.ExitCode;
import io.dotkv.launcher.cli.option.ClientOptions;
import io.dotkv.launcher.client.CallFailed;
import io.dotkv.launcher.client.Client;
import io.dotkv.proto.cluster.v1.ClusterServiceGrpc;
import io.dotkv.proto.cluster.v1.RemoveMemberRequest;
import io.dotkv.proto.cluster.v1.RemoveMemberResponse;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dotkv cluster remove}. */
@Command(
        name = "remove",
        description = {
            "Removes a dead node permanently.",
            "Its data folder can no longer rejoin. Do not remove a node that only lost its disk: restart "
                    + "it under its name with an empty data folder, and it is refilled from the other nodes."
        },
        exitCodeListHeading = ExitCode.HEADING,
        exitCodeList = {
            ExitCode.LINE_OK,
            ExitCode.LINE_USAGE,
            ExitCode.LINE_UNAVAILABLE,
            ExitCode.LINE_UNKNOWN_OUTCOME,
            ExitCode.LINE_REFUSED,
            ExitCode.LINE_INTERNAL
        })
public final class ClusterRemoveCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(index = "0", paramLabel = "NODE", description = "The name of the node.")
    private String node = "";

    @Option(
            names = "--force",
            description = {
                "Proceed although the node holds partitions; each of them permanently loses a replica.",
                "Without --force the command refuses, and lists what would be lost."
            })
    private boolean force;

    @Mixin
    private ClientOptions options = new ClientOptions();

    /** A command at this console. */
    public ClusterRemoveCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws CallFailed {
        try (Client client = options.open()) {
            RemoveMemberResponse removed = client.write(
                    ClusterServiceGrpc.getRemoveMemberMethod(),
                    RemoveMemberRequest.newBuilder()
                            .setNode(node)
                            .setForce(force)
                            .build());
            console.say(removed.getNode() + " (number " + removed.getNumber() + ") was removed permanently. "
                    + placesOf(removed.getPartitions()));
        }
        return ExitCode.OK;
    }

    static String placesOf(int partitions) {
        return partitions == 0
                ? "It held no partitions."
                : "It keeps its place in " + partitions + " partitions: each of them has permanently lost a replica.";
    }
}
