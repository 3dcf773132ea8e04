package io.dotkv.launcher.cli.cluster;

import io.dotkv.launcher.cli.format.Console;
import io.dotkv.launcher.cli.format.ExitCode;
import io.dotkv.launcher.cli.option.ClientOptions;
import io.dotkv.launcher.client.CallFailed;
import io.dotkv.launcher.client.Client;
import io.dotkv.proto.cluster.v1.ClusterServiceGrpc;
import io.dotkv.proto.cluster.v1.LeaveForGoodRequest;
import io.dotkv.proto.cluster.v1.LeaveForGoodResponse;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code dotkv cluster leave}. */
@Command(
        name = "leave",
        description = {
            "Makes the node at the endpoint leave the cluster permanently. It stops, and its data folder "
                    + "can no longer rejoin.",
            "To stop a node temporarily, just stop its process."
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
public final class ClusterLeaveCommand implements Callable<Integer> {
    private final Console console;

    @Spec
    private CommandSpec command = CommandSpec.create();

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
    public ClusterLeaveCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws CallFailed {
        try (Client client = options.open()) {
            if (client.endpoints().size() != 1) {
                throw new ParameterException(
                        command.commandLine(), "choose the node that leaves with one --endpoint, not several");
            }
            LeaveForGoodResponse left = client.write(
                    ClusterServiceGrpc.getLeaveForGoodMethod(),
                    LeaveForGoodRequest.newBuilder().setForce(force).build());
            console.say(
                    left.getNode() + " (number " + left.getNumber() + ") has left the cluster permanently and stops. "
                            + ClusterRemoveCommand.placesOf(left.getPartitions()));
        }
        return ExitCode.OK;
    }
}
