package io.dotkv.launcher.cli;

import io.dotkv.launcher.client.CallFailed;
import io.dotkv.launcher.client.Client;
import io.dotkv.proto.cluster.v1.Addresses;
import io.dotkv.proto.cluster.v1.ClusterServiceGrpc;
import io.dotkv.proto.cluster.v1.GetClusterRequest;
import io.dotkv.proto.cluster.v1.GetClusterResponse;
import io.dotkv.proto.cluster.v1.Member;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code dotkv cluster nodes}. */
@Command(
        name = "nodes",
        description = "Lists the nodes with their health, as the first endpoint that answers sees them.",
        footer = "%nWith --output raw: one line for each node: name, health, address, separated by tabs.",
        exitCodeListHeading = ExitCode.HEADING,
        exitCodeList = {ExitCode.LINE_OK, ExitCode.LINE_USAGE, ExitCode.LINE_UNAVAILABLE, ExitCode.LINE_INTERNAL})
public final class ClusterNodesCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    private OutputOption output = new OutputOption();

    @Mixin
    private ClientOptions options = new ClientOptions();

    /** A command at this console. */
    public ClusterNodesCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws CallFailed {
        try (Client client = options.open()) {
            GetClusterResponse cluster =
                    client.read(ClusterServiceGrpc.getGetClusterMethod(), GetClusterRequest.getDefaultInstance());
            switch (output.form()) {
                case JSON -> console.out().println(Json.of(cluster));
                case RAW ->
                    cluster.getMembersList()
                            .forEach(member -> console.out()
                                    .println(member.getNode() + "\t" + health(member) + "\t" + addresses(member)));
                case TABLE -> table(cluster);
            }
        }
        return ExitCode.OK;
    }

    private void table(GetClusterResponse cluster) {
        Table table = new Table().row("NODE", "NUMBER", "HEALTH", "FOR", "PARTITIONS", "ADDRESS", "WHY");
        for (Member member : cluster.getMembersList()) {
            table.row(
                    member.getNode(),
                    member.hasNumber() ? Integer.toString(member.getNumber()) : "-",
                    health(member),
                    member.hasSinceMillis() ? span(member.getSinceMillis()) : "-",
                    member.hasPartitions() ? Integer.toString(member.getPartitions()) : "-",
                    addresses(member),
                    why(member));
        }
        table.printTo(console.out());
        console.say("as " + cluster.getAnsweredBy() + " sees it.");
    }

    static String health(Member member) {
        return member.getHealth().name().toLowerCase(Locale.ROOT);
    }

    private static String why(Member member) {
        return member.getReason().isEmpty() || member.getNoticedBy().isEmpty()
                ? member.getReason()
                : member.getReason() + " (noticed by " + member.getNoticedBy() + ")";
    }

    /** One address when all layers share it. */
    private static String addresses(Member member) {
        Addresses at = member.getAddresses();
        Set<String> distinct = new LinkedHashSet<>();
        for (String address : new String[] {at.getReplication(), at.getCluster(), at.getGossip(), at.getStorage()}) {
            if (!address.isEmpty()) {
                distinct.add(address);
            }
        }
        return String.join(" ", distinct);
    }

    static String span(long millis) {
        long seconds = millis / 1000;
        if (seconds < 120) {
            return seconds + " s";
        }
        long minutes = seconds / 60;
        if (minutes < 120) {
            return minutes + " min";
        }
        long hours = minutes / 60;
        return hours < 48 ? hours + " h" : hours / 24 + " d";
    }
}
