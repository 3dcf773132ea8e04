package io.dotkv.launcher.cli.cluster;

import io.dotkv.proto.storage.v1.DescribeResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Where nodes run another version, or with another setting, than others. Pure. */
final class VersionDifferences {
    private VersionDifferences() {}

    /**
     * A sentence for the version, and one for each setting, that is not the same on all nodes whose storages answered.
     */
    static List<String> sentences(List<NodeReport> sights) {
        NavigableMap<String, DescribeResponse> told = new TreeMap<>();
        sights.forEach(sight -> sight.storage().ifPresent(storage -> told.put(sight.node(), storage)));
        List<String> sentences = new ArrayList<>();
        NavigableMap<String, String> versions = new TreeMap<>();
        told.forEach((node, storage) -> versions.put(node, storage.getVersion()));
        add(sentences, "The version", versions);
        Set<String> names = new TreeSet<>();
        told.values().forEach(storage -> names.addAll(storage.getSettingsMap().keySet()));
        for (String name : names) {
            NavigableMap<String, String> values = new TreeMap<>();
            told.forEach((node, storage) -> {
                if (storage.containsSettings(name)) {
                    values.put(node, storage.getSettingsOrThrow(name));
                }
            });
            add(sentences, "The setting --" + name, values);
        }
        return sentences;
    }

    /** @param values by node */
    private static void add(List<String> sentences, String what, NavigableMap<String, String> values) {
        NavigableMap<String, List<String>> nodes = new TreeMap<>();
        values.forEach(
                (node, value) -> nodes.computeIfAbsent(value.isEmpty() ? "not known" : value, _ -> new ArrayList<>())
                        .add(node));
        if (nodes.size() > 1) {
            sentences.add(what + " differs: "
                    + nodes.entrySet().stream()
                            .map(entry -> entry.getKey() + " on " + String.join(", ", entry.getValue()))
                            .collect(Collectors.joining("; "))
                    + ".");
        }
    }
}
