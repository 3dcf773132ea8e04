package io.dotkv.launcher.cli.cluster;

import io.dotkv.proto.cluster.v1.Departed;
import io.dotkv.proto.storage.v1.DescribeResponse;
import io.dotkv.proto.storage.v1.Memory;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The status of a cluster as JSON, with the names that {@code docs/cli.md} promises to scripts. */
final class ClusterStatusJson {
    private ClusterStatusJson() {}

    /**
     * The whole status.
     *
     * @param availability what the cluster can serve; empty when none has formed
     */
    static Map<String, Object> of(
            ClusterSnapshot seen, Map<String, NodeLag> lags, String verdict, Optional<Availability> availability) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("serves", availability.map(Availability::serves).orElse(false));
        json.put("verdict", verdict);
        json.put("whole", availability.map(Availability::isWhole).orElse(false));
        lags.values().stream()
                .flatMap(lag -> lag.ageMillis().stream())
                .max(Comparator.naturalOrder())
                .ifPresent(age -> json.put("oldestMissingMillis", age));
        json.put(
                "nodes",
                seen.members().stream().map(report -> node(report, seen, lags)).toList());
        json.put(
                "departed",
                DepartedNodesReport.of(seen.views()).values().stream()
                        .map(ClusterStatusJson::departed)
                        .toList());
        return json;
    }

    private static Map<String, Object> departed(Departed gone) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("node", gone.getNode());
        json.put("number", gone.getNumber());
        json.put("how", gone.getHow().name());
        json.put("partitions", gone.getPartitions());
        return json;
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

    private static Map<String, Object> node(NodeReport report, ClusterSnapshot seen, Map<String, NodeLag> lags) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("node", report.node());
        json.put("up", report.isUp(seen.views()));
        json.put("answered", report.own().isPresent());
        json.put("at", report.at());
        json.put("placed", seen.placed().contains(report.node()));
        NodeLag lag = lags.get(report.node());
        if (lag != null) {
            json.put("lacks", lag(lag));
        }
        report.storage().ifPresent(storage -> json.putAll(storage(storage)));
        return json;
    }

    private static Map<String, Object> lag(NodeLag lag) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("events", lag.events());
        json.put("partitions", lag.partitions());
        lag.ageMillis().ifPresent(age -> json.put("oldestMillis", age));
        json.put("known", lag.unknownMillis().isEmpty());
        lag.unknownMillis().filter(millis -> millis >= 0).ifPresent(millis -> json.put("notKnownForMillis", millis));
        return json;
    }

    private static Map<String, Object> storage(DescribeResponse storage) {
        Map<String, Object> json = new LinkedHashMap<>();
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
        return json;
    }
}
