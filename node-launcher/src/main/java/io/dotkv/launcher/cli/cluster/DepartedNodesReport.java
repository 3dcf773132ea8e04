package io.dotkv.launcher.cli.cluster;

import io.dotkv.proto.cluster.v1.Departed;
import io.dotkv.proto.cluster.v1.Departure;
import io.dotkv.proto.cluster.v1.GetClusterResponse;
import java.util.Collection;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The nodes that are members no more, in words and by name. Pure. */
final class DepartedNodesReport {
    private DepartedNodesReport() {}

    /** Those that any view tells of and that have not joined again, on other data, by name. */
    static NavigableMap<String, Departed> of(Collection<GetClusterResponse> views) {
        Set<String> members = views.stream()
                .flatMap(view -> view.getMembersList().stream())
                .filter(member -> member.hasNumber())
                .map(member -> member.getNode())
                .collect(Collectors.toSet());
        NavigableMap<String, Departed> departed = new TreeMap<>();
        views.stream()
                .flatMap(view -> view.getDepartedList().stream())
                .filter(gone -> !members.contains(gone.getNode()))
                .forEach(gone -> departed.put(gone.getNode(), gone));
        return departed;
    }

    /** How it went. Never "left", which could be read as stopped for a while. */
    static String words(Departed gone) {
        return words(gone.getHow());
    }

    private static String words(Departure how) {
        return switch (how) {
            case LEFT_FOR_GOOD -> "left for good";
            case REMOVED -> "removed for good";
            case DEPARTURE_UNSPECIFIED, UNRECOGNIZED -> "gone for good";
        };
    }

    /** The places that it still has in the layout. */
    static String places(Departed gone) {
        return Optional.of(gone.getPartitions())
                .filter(places -> places > 0)
                .map(places -> places + " lost")
                .orElse("-");
    }
}
