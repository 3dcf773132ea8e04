package io.dotkv.launcher.cli.cluster;

import io.dotkv.launcher.cli.format.Console;
import io.dotkv.launcher.cli.format.DisplayText;
import io.dotkv.launcher.cli.format.ExitCode;
import io.dotkv.launcher.cli.format.Json;
import io.dotkv.launcher.cli.format.Table;
import io.dotkv.launcher.cli.option.ClientOptions;
import io.dotkv.launcher.cli.option.OutputOption;
import io.dotkv.launcher.client.CallFailed;
import io.dotkv.launcher.client.Client;
import io.dotkv.proto.cluster.v1.ClusterServiceGrpc;
import io.dotkv.proto.cluster.v1.GetClusterResponse;
import io.dotkv.proto.cluster.v1.GetLayoutRequest;
import io.dotkv.proto.cluster.v1.GetLayoutResponse;
import io.dotkv.proto.cluster.v1.Phase;
import io.dotkv.proto.storage.v1.DescribeResponse;
import io.dotkv.proto.storage.v1.StorageHealth;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code dotkv cluster status}. */
@Command(
        name = "status",
        description = "Asks every endpoint and every member for its status, and reports what the cluster can serve.",
        footer = {
            "%n--output raw prints the result only.",
            "LACKS is the number of events that other nodes have and this node lacks, with the age of the "
                    + "oldest; \"not known\" if no recent report exists."
        },
        exitCodeListHeading = ExitCode.HEADING,
        exitCodeList = {
            "0:the cluster meets --require",
            ExitCode.LINE_USAGE,
            "4:unavailable: no node answers, no cluster has formed, or some partition lags a majority",
            "6:refused: the endpoints belong to different clusters",
            ExitCode.LINE_INTERNAL,
            "10:with --require whole: all partitions have a majority, and some replica is missing, has no vote, or cannot be seen"
        })
public final class ClusterStatusCommand implements Callable<Integer> {
    private final Console console;

    @Option(
            names = "--require",
            paramLabel = "WHAT",
            defaultValue = "quorum",
            description = "What exit code 0 requires: quorum, a majority of the replicas of every partition; "
                    + "whole, all replicas. Default: ${DEFAULT-VALUE}.")
    private Requirement requirement = Requirement.QUORUM;

    @Mixin
    private OutputOption output = new OutputOption();

    @Mixin
    private ClientOptions options = new ClientOptions();

    /** A command at this console. */
    public ClusterStatusCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws CallFailed {
        try (Client client = options.open()) {
            ClusterSurvey survey = new ClusterSurvey(client);
            survey.askEndpoints();
            Collection<GetClusterResponse> views = survey.views();
            Set<String> clusters = views.stream()
                    .filter(view -> view.getPhase() == Phase.FORMED)
                    .map(GetClusterResponse::getClusterId)
                    .collect(Collectors.toSet());
            if (clusters.size() > 1) {
                console.say(
                        "the endpoints belong to " + clusters.size() + " different clusters; ask about one at a time.");
                return ExitCode.REFUSED;
            }
            List<NodeReport> reports = survey.lookAtMembers();
            if (clusters.isEmpty()) {
                return forming(views.iterator().next(), reports, views);
            }
            GetLayoutResponse layout = client.readAt(
                    survey.reachedInACluster(),
                    ClusterServiceGrpc.getGetLayoutMethod(),
                    GetLayoutRequest.getDefaultInstance());
            return formed(layout, reports, views);
        }
    }

    private int forming(GetClusterResponse view, List<NodeReport> reports, Collection<GetClusterResponse> views) {
        String verdict = String.format(
                Locale.ROOT,
                "No cluster has formed yet: %s has met %d of %d expected nodes. Start the others.",
                view.getAnsweredBy(),
                view.getMembersCount(),
                view.getExpect());
        show(new ClusterSnapshot(reports, views, Set.of()), verdict, Optional.empty());
        return ExitCode.UNAVAILABLE;
    }

    private int formed(GetLayoutResponse layout, List<NodeReport> reports, Collection<GetClusterResponse> views) {
        List<List<String>> replicaSets = layout.getPartitionsList().stream()
                .map(partition -> List.copyOf(partition.getNodesList()))
                .toList();
        Set<String> departed = DepartedNodesReport.of(views).keySet();
        List<NodeReport> members = reports.stream()
                .filter(report -> !departed.contains(report.node()))
                .toList();
        Map<String, VotingStatus> up = new TreeMap<>();
        members.stream()
                .filter(report -> report.isUp(views))
                .forEach(report -> up.put(report.node(), VotingStatus.of(report.storage())));
        Availability availability = Availability.of(replicaSets, up, departed);
        Set<String> placed = replicaSets.stream().flatMap(List::stream).collect(Collectors.toSet());
        show(new ClusterSnapshot(members, views, placed), availability.verdict(), Optional.of(availability));
        if (!availability.serves()) {
            return ExitCode.UNAVAILABLE;
        }
        return availability.meets(requirement) ? ExitCode.OK : ExitCode.NOT_WHOLE;
    }

    private void show(ClusterSnapshot seen, String verdict, Optional<Availability> availability) {
        NavigableMap<String, NodeLag> lags = NodeLag.of(seen.members(), seen.views());
        switch (output.form()) {
            case RAW -> console.out().println(verdict);
            case JSON ->
                console.out().println(Json.of((Object) ClusterStatusJson.of(seen, lags, verdict, availability)));
            case TABLE -> {
                table(seen, lags).printTo(console.out());
                seen.members().forEach(this::tellDamage);
                console.out().println();
                NodeLag.oldest(lags).ifPresent(console.out()::println);
                lags.forEach((node, lag) -> lag.doubt(node).ifPresent(console.out()::println));
                VersionDifferences.sentences(seen.members()).forEach(console.out()::println);
                seen.members()
                        .forEach(report -> report.storage()
                                .flatMap(storage -> siblings(report.node(), storage))
                                .ifPresent(console.out()::println));
                console.out().println(verdict);
            }
        }
    }

    private static Table table(ClusterSnapshot seen, Map<String, NodeLag> lags) {
        Table table = new Table()
                .row("NODE", "IS", "AT", "BOOT", "PARTITIONS", "VOTING", "LACKS", "DISK", "ENGINE", "VERSION");
        seen.members().forEach(report -> row(table, report, seen, lags));
        DepartedNodesReport.of(seen.views())
                .forEach((node, gone) -> table.row(
                        node,
                        DepartedNodesReport.words(gone),
                        "-",
                        "-",
                        DepartedNodesReport.places(gone),
                        "-",
                        "-",
                        "-",
                        "-",
                        "-"));
        return table;
    }

    /** What happened with siblings at a node, as a sentence; empty when nothing did. */
    private static Optional<String> siblings(String node, DescribeResponse storage) {
        if (storage.getConflicts() == 0 && storage.getSiblingsRefused() == 0) {
            return Optional.empty();
        }
        String refused = storage.getSiblingsRefused() == 0
                ? ""
                : "; " + DisplayText.count(storage.getSiblingsRefused(), "put was", "puts were")
                        + " refused at the limit of values of a key";
        return Optional.of("Since " + node + " started, keys got siblings "
                + DisplayText.count(storage.getConflicts(), "time", "times") + " there, at most "
                + storage.getMostSiblings() + " values at once" + refused + ".");
    }

    private static void row(Table table, NodeReport report, ClusterSnapshot seen, Map<String, NodeLag> lags) {
        NodeLag known = lags.get(report.node());
        String lag = known == null ? "-" : known.words();
        String is = report.own().isPresent()
                ? VotingStatus.of(report.storage()).state(seen.placed().contains(report.node()))
                : report.isUp(seen.views()) ? "up, not reached from here" : "down";
        if (report.storage().isEmpty()) {
            table.row(report.node(), is, report.at(), "-", "-", "-", lag, "-", "storage does not answer", "-");
            return;
        }
        DescribeResponse storage = report.storage().get();
        table.row(
                report.node(),
                is,
                report.at(),
                Integer.toString(storage.getBoot()),
                Integer.toString(storage.getPartitions()),
                Integer.toString(storage.getPartitions() - storage.getPartitionsNotVoting()),
                lag,
                String.format(Locale.ROOT, "%,.1f MB", storage.getDiskBytes() / 1e6),
                storage.getEngine() + ", " + storage.getDurability(),
                storage.getVersion().isEmpty() ? "-" : storage.getVersion());
    }

    private void tellDamage(NodeReport report) {
        StorageHealth health =
                report.storage().map(DescribeResponse::getHealth).orElseGet(StorageHealth::getDefaultInstance);
        if (health.getRowsDamaged() > 0) {
            console.out()
                    .printf(
                            Locale.ROOT,
                            "%s has %,d damaged rows, which wait for other nodes.%n",
                            report.node(),
                            health.getRowsDamaged());
        }
        if (!health.getPossibleLoss().isEmpty()) {
            console.out().println(health.getPossibleLoss());
        }
    }
}
