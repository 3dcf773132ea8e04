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
import io.dotkv.proto.cluster.v1.Departed;
import io.dotkv.proto.cluster.v1.GetClusterResponse;
import io.dotkv.proto.cluster.v1.GetLayoutRequest;
import io.dotkv.proto.cluster.v1.GetLayoutResponse;
import io.dotkv.proto.cluster.v1.Phase;
import io.dotkv.proto.storage.v1.DescribeResponse;
import io.dotkv.proto.storage.v1.Memory;
import io.dotkv.proto.storage.v1.StorageHealth;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
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
        description =
                "Asks every endpoint and every member for its status, and reports what the cluster " + "can serve.",
        footer = {
            "%n--output raw prints the result only.",
            "LACKS is the number of events that other nodes have and this node lacks, with the age of the "
                    + "oldest; \"not known\" if no recent report exists."
        },
        exitCodeListHeading = ExitCode.HEADING,
        exitCodeList = {
            "0:the cluster meets --require",
            ExitCode.LINE_USAGE,
            "4:unavailable: no node answers, no cluster has formed, or some partition lacks a majority",
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
            List<NodeReport> sights = survey.lookAtMembers();
            if (clusters.isEmpty()) {
                return forming(views.iterator().next(), sights, views);
            }
            GetLayoutResponse layout = client.readAt(
                    survey.reachedInACluster(),
                    ClusterServiceGrpc.getGetLayoutMethod(),
                    GetLayoutRequest.getDefaultInstance());
            return formed(layout, sights, views);
        }
    }

    private int forming(GetClusterResponse view, List<NodeReport> sights, Collection<GetClusterResponse> views) {
        String verdict = String.format(
                Locale.ROOT,
                "No cluster has formed yet: %s has met %d of %d expected nodes. Start the others.",
                view.getAnsweredBy(),
                view.getMembersCount(),
                view.getExpect());
        show(new Sighting(sights, views, Set.of()), verdict, List.of());
        return ExitCode.UNAVAILABLE;
    }

    private int formed(GetLayoutResponse layout, List<NodeReport> sights, Collection<GetClusterResponse> views) {
        List<List<String>> replicaSets = layout.getPartitionsList().stream()
                .map(partition -> List.copyOf(partition.getNodesList()))
                .toList();
        Set<String> departed = DepartedNodesReport.of(views).keySet();
        List<NodeReport> members = sights.stream()
                .filter(sight -> !departed.contains(sight.node()))
                .toList();
        Map<String, VotingStatus> up = new TreeMap<>();
        members.stream()
                .filter(sight -> sight.isUp(views))
                .forEach(sight -> up.put(sight.node(), VotingStatus.of(sight.storage())));
        Availability standing = Availability.of(replicaSets, up, departed);
        Set<String> placed = replicaSets.stream().flatMap(List::stream).collect(Collectors.toSet());
        show(new Sighting(members, views, placed), standing.verdict(), List.of(standing));
        if (!standing.serves()) {
            return ExitCode.UNAVAILABLE;
        }
        return standing.meets(requirement) ? ExitCode.OK : ExitCode.NOT_WHOLE;
    }

    /**
     * What was seen.
     *
     * @param placed the nodes on which the layout places partitions
     */
    private record Sighting(List<NodeReport> members, Collection<GetClusterResponse> views, Set<String> placed) {}

    private void show(Sighting seen, String verdict, List<Availability> standing) {
        NavigableMap<String, NodeLag> lacks = NodeLag.of(seen.members, seen.views);
        switch (output.form()) {
            case RAW -> console.out().println(verdict);
            case JSON -> console.out().println(Json.of((Object) json(seen, lacks, verdict, standing)));
            case TABLE -> {
                table(seen, lacks).printTo(console.out());
                seen.members.forEach(this::tellDamage);
                console.out().println();
                NodeLag.oldest(lacks).ifPresent(console.out()::println);
                lacks.forEach((node, lack) -> lack.doubt(node).ifPresent(console.out()::println));
                VersionDifferences.sentences(seen.members).forEach(console.out()::println);
                seen.members.forEach(sight -> sight.storage()
                        .flatMap(storage -> siblings(sight.node(), storage))
                        .ifPresent(console.out()::println));
                console.out().println(verdict);
            }
        }
    }

    private static Table table(Sighting seen, Map<String, NodeLag> lacks) {
        Table table = new Table()
                .row("NODE", "IS", "AT", "BOOT", "PARTITIONS", "VOTING", "LACKS", "DISK", "ENGINE", "VERSION");
        seen.members.forEach(sight -> row(table, sight, seen, lacks));
        DepartedNodesReport.of(seen.views)
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

    private static Map<String, Object> json(
            Sighting seen, Map<String, NodeLag> lacks, String verdict, List<Availability> standing) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("serves", standing.stream().anyMatch(Availability::serves));
        json.put("verdict", verdict);
        json.put("whole", standing.stream().anyMatch(Availability::isWhole));
        lacks.values().stream()
                .flatMap(lack -> lack.ageMillis().stream())
                .max(Comparator.naturalOrder())
                .ifPresent(age -> json.put("oldestMissingMillis", age));
        json.put(
                "nodes",
                seen.members.stream().map(sight -> json(sight, seen, lacks)).toList());
        json.put(
                "departed",
                DepartedNodesReport.of(seen.views).values().stream()
                        .map(ClusterStatusCommand::json)
                        .toList());
        return json;
    }

    private static Map<String, Object> json(Departed gone) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("node", gone.getNode());
        json.put("number", gone.getNumber());
        json.put("how", gone.getHow().name());
        json.put("partitions", gone.getPartitions());
        return json;
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

    private static void row(Table table, NodeReport sight, Sighting seen, Map<String, NodeLag> lacks) {
        NodeLag known = lacks.get(sight.node());
        String lack = known == null ? "-" : known.words();
        String is = sight.own().isPresent()
                ? VotingStatus.of(sight.storage()).state(seen.placed.contains(sight.node()))
                : sight.isUp(seen.views) ? "up, not reached from here" : "down";
        if (sight.storage().isEmpty()) {
            table.row(sight.node(), is, sight.at(), "-", "-", "-", lack, "-", "storage does not answer", "-");
            return;
        }
        DescribeResponse storage = sight.storage().get();
        table.row(
                sight.node(),
                is,
                sight.at(),
                Integer.toString(storage.getBoot()),
                Integer.toString(storage.getPartitions()),
                Integer.toString(storage.getPartitions() - storage.getPartitionsNotVoting()),
                lack,
                String.format(Locale.ROOT, "%,.1f MB", storage.getDiskBytes() / 1e6),
                storage.getEngine() + ", " + storage.getDurability(),
                storage.getVersion().isEmpty() ? "-" : storage.getVersion());
    }

    private static Map<String, Object> memory(Memory memory) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("limitBytes", memory.getLimitBytes());
        json.put("heapBytes", memory.getHeapBytes());
        json.put("blockCacheBytes", memory.getBlockCacheBytes());
        json.put("memtableBytes", memory.getMemtableBytes());
        json.put("networkBytes", memory.getNetworkBytes());
        return json;
    }

    private void tellDamage(NodeReport sight) {
        StorageHealth health =
                sight.storage().map(DescribeResponse::getHealth).orElseGet(StorageHealth::getDefaultInstance);
        if (health.getRowsDamaged() > 0) {
            console.out()
                    .printf(
                            Locale.ROOT,
                            "%s has %,d damaged rows, which wait for other nodes.%n",
                            sight.node(),
                            health.getRowsDamaged());
        }
        if (!health.getPossibleLoss().isEmpty()) {
            console.out().println(health.getPossibleLoss());
        }
    }

    private static Map<String, Object> json(NodeReport sight, Sighting seen, Map<String, NodeLag> lacks) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("node", sight.node());
        json.put("up", sight.isUp(seen.views));

        json.put("answered", sight.own().isPresent());
        json.put("at", sight.at());
        json.put("placed", seen.placed.contains(sight.node()));
        NodeLag lack = lacks.get(sight.node());
        if (lack != null) {
            Map<String, Object> lacking = new LinkedHashMap<>();
            lacking.put("events", lack.events());
            lacking.put("partitions", lack.partitions());
            lack.ageMillis().ifPresent(age -> lacking.put("oldestMillis", age));
            lacking.put("known", lack.unknownMillis().isEmpty());
            lack.unknownMillis()
                    .filter(millis -> millis >= 0)
                    .ifPresent(millis -> lacking.put("notKnownForMillis", millis));
            json.put("lacks", lacking);
        }
        sight.storage().ifPresent(storage -> {
            json.put("version", storage.getVersion());
            json.put("settings", new TreeMap<>(storage.getSettingsMap()));
            json.put("boot", storage.getBoot());
            json.put("partitions", storage.getPartitions());
            json.put("partitionsNotVoting", storage.getPartitionsNotVoting());
            json.put("diskBytes", storage.getDiskBytes());
            json.put("engine", storage.getEngine());
            json.put("durability", storage.getDurability());
            json.put("conflicts", storage.getConflicts());
            json.put("mostSiblings", storage.getMostSiblings());
            json.put("siblingsRefused", storage.getSiblingsRefused());
            json.put("possibleLoss", storage.getHealth().getPossibleLoss());
            json.put("rowsDamaged", storage.getHealth().getRowsDamaged());
            json.put("rowsMended", storage.getHealth().getRowsMended());
            json.put("filesAreRebuiltAtStart", storage.getHealth().getIsRebuiltAtStart());
            if (storage.getMemory().getLimitBytes() > 0) {
                json.put("memory", memory(storage.getMemory()));
            }
        });
        return json;
    }
}
