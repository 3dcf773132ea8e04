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
            "Takes a dead node out for good that will not come back.",
            "Its name with its present data is refused from then on, for ever. A node that only lost its disk is not removed: "
                    + "start it again under its name on an empty folder, and it fills it from the others."
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
                "Do it although the node holds partitions: each has one replica fewer from then on, for good.",
                "Without it a node that holds partitions is refused, with what would be lost."
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
            console.say(removed.getNode() + " (number " + removed.getNumber() + ") is removed for good. "
                    + placesOf(removed.getPartitions()));
        }
        return ExitCode.OK;
    }

    static String placesOf(int partitions) {
        return partitions == 0
                ? "It held no partitions."
                : "It keeps its place in " + partitions + " partitions: each has one replica fewer from now on.";
    }
}
