package io.dotkv.launcher.cli.cluster;

import io.dotkv.launcher.cli.format.Console;
import io.dotkv.launcher.cli.format.ExitCode;
import io.dotkv.launcher.cli.format.Json;
import io.dotkv.launcher.cli.format.Table;
import io.dotkv.launcher.cli.option.ClientOptions;
import io.dotkv.launcher.cli.option.OutputOption;
import io.dotkv.launcher.client.CallFailed;
import io.dotkv.launcher.client.Client;
import io.dotkv.proto.cluster.v1.ClusterServiceGrpc;
import io.dotkv.proto.cluster.v1.GetLayoutRequest;
import io.dotkv.proto.cluster.v1.GetLayoutResponse;
import io.dotkv.proto.cluster.v1.PartitionReplicas;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code dotkv cluster layout}. */
@Command(
        name = "layout",
        description = "Shows which nodes hold which partitions, the preferred coordinator first.",
        footer = "%n--output raw prints one line per partition: its number, a tab, its nodes separated by " + "commas.",
        exitCodeListHeading = ExitCode.HEADING,
        exitCodeList = {
            ExitCode.LINE_OK,
            ExitCode.LINE_USAGE,
            ExitCode.LINE_UNAVAILABLE,
            ExitCode.LINE_REFUSED,
            ExitCode.LINE_INTERNAL
        })
public final class ClusterLayoutCommand implements Callable<Integer> {
    private static final int SHOWN = 12;

    private final Console console;

    @Mixin
    private OutputOption output = new OutputOption();

    @Mixin
    private ClientOptions options = new ClientOptions();

    /** A command at this console. */
    public ClusterLayoutCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws CallFailed {
        try (Client client = options.open()) {
            GetLayoutResponse layout =
                    client.read(ClusterServiceGrpc.getGetLayoutMethod(), GetLayoutRequest.getDefaultInstance());
            switch (output.form()) {
                case JSON -> console.out().println(Json.of(layout));
                case RAW ->
                    layout.getPartitionsList()
                            .forEach(partition -> console.out()
                                    .println(partition.getPartition() + "\t"
                                            + String.join(",", partition.getNodesList())));
                case TABLE -> table(layout);
            }
        }
        return ExitCode.OK;
    }

    private void table(GetLayoutResponse layout) {
        Map<String, List<Integer>> groups = new TreeMap<>();
        for (PartitionReplicas partition : layout.getPartitionsList()) {
            groups.computeIfAbsent(String.join(" ", partition.getNodesList()), unseen -> new ArrayList<>())
                    .add(partition.getPartition());
        }
        Table table = new Table().row("REPLICAS", "COUNT", "PARTITIONS");
        groups.forEach((nodes, partitions) ->
                table.row(nodes, Integer.toString(partitions.size()), partitionNumbers(partitions)));
        table.printTo(console.out());
        console.say("layout version " + layout.getVersion() + ", " + layout.getPartitionsCount() + " partitions.");
    }

    private static String partitionNumbers(List<Integer> partitions) {
        StringBuilder text = new StringBuilder();
        partitions.stream()
                .limit(SHOWN)
                .forEach(partition -> text.append(partition).append(' '));
        return partitions.size() > SHOWN ? text + "…" : text.toString().strip();
    }
}
