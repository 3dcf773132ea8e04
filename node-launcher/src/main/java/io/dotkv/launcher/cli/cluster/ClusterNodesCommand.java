package io.dotkv.launcher.cli.cluster;

import io.dotkv.launcher.cli.format.Console;
import io.dotkv.launcher.cli.format.ExitCode;
import io.dotkv.launcher.cli.format.Json;
import io.dotkv.launcher.cli.format.Output;
import io.dotkv.launcher.cli.format.Table;
import io.dotkv.launcher.cli.option.ClientOptions;
import io.dotkv.launcher.cli.option.OutputOption;
import io.dotkv.launcher.client.CallFailed;
import io.dotkv.launcher.client.Client;
import io.dotkv.proto.cluster.v1.Addresses;
import io.dotkv.proto.cluster.v1.ClusterServiceGrpc;
import io.dotkv.proto.cluster.v1.GetClusterRequest;
import io.dotkv.proto.cluster.v1.GetClusterResponse;
import io.dotkv.proto.cluster.v1.Health;
import io.dotkv.proto.cluster.v1.Member;
import io.dotkv.proto.cluster.v1.WatchRequest;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code dotkv cluster nodes}. */
@Command(
        name = "nodes",
        description = {
            "Lists the nodes and their health, as seen by the first endpoint that answers.",
            "With --watch it keeps running and prints a line for each change: time, node, new state, "
                    + "reason, and who noticed. If the endpoint fails, it follows the next one. It exits when no "
                    + "endpoint answers, or on Ctrl-C."
        },
        footer = {
            "%n--output raw prints one line per node: name, health and address, separated by tabs.",
            "With --watch, --output raw also prints who noticed the change and why; --output json prints "
                    + "one member per line."
        },
        exitCodeListHeading = ExitCode.HEADING,
        exitCodeList = {ExitCode.LINE_OK, ExitCode.LINE_USAGE, ExitCode.LINE_UNAVAILABLE, ExitCode.LINE_INTERNAL})
public final class ClusterNodesCommand implements Callable<Integer> {
    private final Console console;

    @Option(names = "--watch", description = "Keep running and print changes as they happen.")
    private boolean watch;

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
            if (watch) {
                return watch(client);
            }
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

    private int watch(Client client) throws CallFailed {
        NodeChanges changes = new NodeChanges();
        Optional<CallFailed> broken;
        do {
            broken = client.follow(ClusterServiceGrpc.getWatchMethod(), WatchRequest.getDefaultInstance(), seen -> {
                GetClusterResponse cluster = seen.getCluster();
                if (changes.isFirst() && output.form() == Output.TABLE) {
                    table(cluster);
                }
                changes.in(cluster).forEach(this::changed);
                console.out().flush();
                return true;
            });
            broken.ifPresent(why -> console.say(why.sentence() + " Following the next one."));
        } while (broken.isPresent());
        return ExitCode.OK;
    }

    private void changed(Member member) {
        switch (output.form()) {
            case JSON -> console.out().println(Json.lineOf(member));
            case RAW ->
                console.out()
                        .println(String.join(
                                "\t",
                                member.getNode(),
                                health(member),
                                addresses(member),
                                member.getNoticedBy(),
                                member.getReason()));
            case TABLE ->
                console.out()
                        .println(LocalTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.SECONDS) + "  "
                                + member.getNode() + " is " + health(member) + ": " + why(member) + "; incarnation "
                                + member.getIncarnation());
        }
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
        DepartedNodesReport.of(List.of(cluster))
                .forEach((node, gone) -> table.row(
                        node,
                        Integer.toString(gone.getNumber()),
                        DepartedNodesReport.words(gone),
                        "-",
                        DepartedNodesReport.places(gone),
                        "-",
                        "must not be restarted with its old data"));
        table.printTo(console.out());
        console.say("as " + cluster.getAnsweredBy() + " sees it.");
    }

    /** A node that was stopped in order is "stopped", so that nobody takes it for one that has left for good. */
    static String health(Member member) {
        return member.getHealth() == Health.LEFT
                ? "stopped"
                : member.getHealth().name().toLowerCase(Locale.ROOT);
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

    public static String span(long millis) {
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
