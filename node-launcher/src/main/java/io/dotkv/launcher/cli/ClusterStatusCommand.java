package io.dotkv.launcher.cli;

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
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code dotkv cluster status}. */
@Command(
        name = "status",
        description = "Asks every endpoint and every member how it is, and says what the cluster can serve.",
        footer = "%nWith --output raw: the verdict alone.",
        exitCodeListHeading = ExitCode.HEADING,
        exitCodeList = {
            "0:every partition has a majority of its replicas",
            ExitCode.LINE_USAGE,
            "4:unavailable: no node answers, no cluster has formed, or some partition lacks a majority",
            "6:refused: the endpoints belong to different clusters",
            ExitCode.LINE_INTERNAL
        })
public final class ClusterStatusCommand implements Callable<Integer> {
    private final Console console;

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
            Survey survey = new Survey(client);
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
            List<NodeSight> sights = survey.lookAtMembers();
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

    private int forming(GetClusterResponse view, List<NodeSight> sights, Collection<GetClusterResponse> views) {
        String verdict = "No cluster has formed yet: %s has met %d of %d expected nodes. Start the others."
                .formatted(view.getAnsweredBy(), view.getMembersCount(), view.getExpect());
        show(sights, views, verdict, false);
        return ExitCode.UNAVAILABLE;
    }

    private int formed(GetLayoutResponse layout, List<NodeSight> sights, Collection<GetClusterResponse> views) {
        List<List<String>> replicaSets = layout.getPartitionsList().stream()
                .map(partition -> List.copyOf(partition.getNodesList()))
                .toList();
        Map<String, Votes> up = new TreeMap<>();
        sights.stream()
                .filter(sight -> sight.isUp(views))
                .forEach(sight -> up.put(sight.node(), Votes.of(sight.storage())));
        Standing standing = Standing.of(replicaSets, up);
        show(sights, views, standing.verdict(), standing.serves());
        return standing.serves() ? ExitCode.OK : ExitCode.UNAVAILABLE;
    }

    private void show(List<NodeSight> sights, Collection<GetClusterResponse> views, String verdict, boolean serves) {
        NavigableMap<String, Lack> lacks = Lack.of(sights, views);
        switch (output.form()) {
            case RAW -> console.out().println(verdict);
            case JSON -> {
                Map<String, Object> json = new LinkedHashMap<>();
                json.put("serves", serves);
                json.put("verdict", verdict);
                lacks.values().stream()
                        .flatMap(lack -> lack.ageMillis().stream())
                        .max(Comparator.naturalOrder())
                        .ifPresent(age -> json.put("oldestMissingMillis", age));
                json.put(
                        "nodes",
                        sights.stream().map(sight -> json(sight, views, lacks)).toList());
                console.out().println(Json.of((Object) json));
            }
            case TABLE -> {
                Table table =
                        new Table().row("NODE", "IS", "AT", "BOOT", "PARTITIONS", "VOTING", "LACKS", "DISK", "ENGINE");
                sights.forEach(sight -> row(table, sight, views, lacks));
                table.printTo(console.out());
                sights.forEach(this::tellDamage);
                console.out().println();
                Lack.oldest(lacks).ifPresent(console.out()::println);
                sights.forEach(sight -> sight.storage()
                        .flatMap(storage -> siblings(sight.node(), storage))
                        .ifPresent(console.out()::println));
                console.out().println(verdict);
            }
        }
    }

    /** What happened with siblings at a node, as a sentence; empty when nothing did. */
    private static Optional<String> siblings(String node, DescribeResponse storage) {
        if (storage.getConflicts() == 0 && storage.getSiblingsRefused() == 0) {
            return Optional.empty();
        }
        String refused = storage.getSiblingsRefused() == 0
                ? ""
                : "; " + Shown.count(storage.getSiblingsRefused(), "put was", "puts were")
                        + " refused at the limit of values of a key";
        return Optional.of("Since " + node + " started, keys got siblings "
                + Shown.count(storage.getConflicts(), "time", "times") + " there, at most "
                + storage.getMostSiblings() + " values at once" + refused + ".");
    }

    private static void row(
            Table table, NodeSight sight, Collection<GetClusterResponse> views, Map<String, Lack> lacks) {
        Lack known = lacks.get(sight.node());
        String lack = known == null ? "-" : known.words();
        String is = sight.own().isPresent()
                ? Votes.of(sight.storage()).state()
                : sight.isUp(views) ? "up, not reached from here" : "down";
        if (sight.storage().isEmpty()) {
            table.row(sight.node(), is, sight.at(), "-", "-", "-", lack, "-", "storage does not answer");
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
                "%,.1f MB".formatted(storage.getDiskBytes() / 1e6),
                storage.getEngine() + ", " + storage.getDurability());
    }

    private void tellDamage(NodeSight sight) {
        StorageHealth health =
                sight.storage().map(DescribeResponse::getHealth).orElseGet(StorageHealth::getDefaultInstance);
        if (health.getRowsDamaged() > 0) {
            console.out()
                    .printf(
                            "%s has %,d damaged rows, which wait for other nodes.%n",
                            sight.node(), health.getRowsDamaged());
        }
    }

    private static Map<String, Object> json(
            NodeSight sight, Collection<GetClusterResponse> views, Map<String, Lack> lacks) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("node", sight.node());
        json.put("up", sight.isUp(views));
        json.put("answered", sight.own().isPresent());
        json.put("at", sight.at());
        Lack lack = lacks.get(sight.node());
        if (lack != null) {
            Map<String, Object> lacking = new LinkedHashMap<>();
            lacking.put("events", lack.events());
            lacking.put("partitions", lack.partitions());
            lack.ageMillis().ifPresent(age -> lacking.put("oldestMillis", age));
            json.put("lacks", lacking);
        }
        sight.storage().ifPresent(storage -> {
            json.put("boot", storage.getBoot());
            json.put("partitions", storage.getPartitions());
            json.put("partitionsNotVoting", storage.getPartitionsNotVoting());
            json.put("diskBytes", storage.getDiskBytes());
            json.put("engine", storage.getEngine());
            json.put("durability", storage.getDurability());
            json.put("conflicts", storage.getConflicts());
            json.put("mostSiblings", storage.getMostSiblings());
            json.put("siblingsRefused", storage.getSiblingsRefused());
            json.put("rowsDamaged", storage.getHealth().getRowsDamaged());
            json.put("rowsMended", storage.getHealth().getRowsMended());
            json.put("filesAreRebuiltAtStart", storage.getHealth().getIsRebuiltAtStart());
        });
        return json;
    }
}
