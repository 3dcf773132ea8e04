package io.dotkv.launcher.node;

import io.dotkv.cluster.local.ClusterRecovery;
import io.dotkv.cluster.register.state.AcceptorId;
import io.dotkv.cluster.register.state.ClusterState;
import io.dotkv.cluster.system.FileClusterStore;
import io.dotkv.kernel.NodeId;
import io.dotkv.launcher.cli.format.Console;
import io.dotkv.launcher.cli.format.ExitCode;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code dotkv cluster recover}. */
@Command(
        name = "recover",
        description = {
            "Recovers a cluster that permanently lost a majority of the acceptors of its register.",
            "Run it on the data folder of one stopped survivor: that node becomes the only acceptor, and "
                    + "the lost nodes are removed. Then start it again; the other nodes follow it.",
            "",
            "Risk: changes that only the lost nodes had agreed on are undone, such as a recent join or "
                    + "removal. The lost nodes must never run again, or two halves of the cluster could decide "
                    + "differently. Run it on one survivor only."
        },
        exitCodeListHeading = ExitCode.HEADING,
        exitCodeList = {ExitCode.LINE_OK, ExitCode.LINE_USAGE, ExitCode.LINE_INTERNAL})
public final class ClusterRecoverCommand implements Callable<Integer> {
    private final Console console;

    @Spec
    private CommandSpec command = CommandSpec.create();

    @Option(
            names = "--data",
            paramLabel = "FOLDER",
            required = true,
            description = "Data folder of the surviving node, which must be stopped.")
    private Path data = Path.of("");

    @Option(
            names = "--lost",
            split = ",",
            paramLabel = "NODE",
            required = true,
            description = "Names of the lost nodes, which must never run again.")
    private List<String> lost = List.of();

    @Option(names = "--yes", description = "Apply the change; without it, a dry run.")
    private boolean yes;

    /** A command at this console. */
    public ClusterRecoverCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        FileClusterStore store = new FileClusterStore(data.resolve("cluster"), false);
        store.lock();
        ClusterRecovery recovery = new ClusterRecovery(store);
        ClusterRecovery.Survivor survivor = recovery.survivor();
        List<AcceptorId> acceptors = survivor.state().acceptors().present();
        if (lost.contains(survivor.node().name())) {
            throw new ParameterException(
                    command.commandLine(), survivor.node() + " is the surviving node: this is its folder");
        }
        long left = acceptors.stream()
                .filter(acceptor -> !lost.contains(acceptor.node().name())
                        && survivor.state()
                                .member(acceptor.node())
                                .filter(member -> member.instance().equals(acceptor.instance()))
                                .isPresent())
                .count();
        if (left > acceptors.size() / 2) {
            throw new ParameterException(
                    command.commandLine(),
                    left + " of the " + acceptors.size()
                            + " acceptors are not lost, so the cluster does not need a recovery: start them, "
                            + "and remove the lost nodes with \"dotkv cluster remove\"");
        }
        if (!yes) {
            console.say(survivor.node() + " would become the only acceptor, and " + String.join(", ", lost)
                    + " would be removed permanently. Add --yes to apply.");
            return ExitCode.OK;
        }
        try {
            ClusterState state =
                    recovery.recover(lost.stream().map(NodeId::new).toList(), new SecureRandom().nextLong());
            String others = state.members().stream()
                    .map(member -> member.node().name())
                    .filter(name -> !name.equals(survivor.node().name()))
                    .collect(Collectors.joining(", "));
            console.say(
                    "Done. Start " + survivor.node() + " now" + (others.isEmpty() ? "" : ", then the others: " + others)
                            + ". Never start " + String.join(" or ", lost) + " again on its old data.");
            return ExitCode.OK;
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), String.valueOf(e.getMessage()));
        }
    }
}
