package io.dotkv.launcher.cli;

import io.dotkv.proto.cluster.v1.GetClusterResponse;
import io.dotkv.proto.cluster.v1.Member;
import io.dotkv.proto.storage.v1.PeerLag;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a node lacks of what others have, as far as their storages know. Of a node that is up only what is missing counts, of
 * one that is down also what may have reached it since it was last heard. Immutable.
 *
 * @param events at least so many write events
 * @param partitions of so many partitions
 * @param ageMillis the age of the oldest of them, at the most; empty when it lacks none
 */
record Lack(long events, int partitions, Optional<Long> ageMillis) {
    /** It lacks nothing that is known of. */
    static final Lack NOTHING = new Lack(0, 0, Optional.empty());

    /** What each node lacks, by name; a node that no storage has heard of is not in it. */
    static NavigableMap<String, Lack> of(Collection<NodeSight> sights, Collection<GetClusterResponse> views) {
        NavigableMap<String, Lack> lacks = new TreeMap<>();
        for (NodeSight sight : sights) {
            List<PeerLag> told = sights.stream()
                    .flatMap(other -> other.storage().stream())
                    .flatMap(storage -> storage.getPeersList().stream())
                    .filter(lag -> numberOf(sight.node(), views).equals(Optional.of(lag.getNodeNumber())))
                    .toList();
            boolean up = sight.isUp(views);
            told.stream()
                    .map(lag -> up ? missing(lag) : unconfirmed(lag))
                    .reduce(Lack::worse)
                    .ifPresent(lack -> lacks.put(sight.node(), lack));
        }
        return lacks;
    }

    private static Optional<Integer> numberOf(String node, Collection<GetClusterResponse> views) {
        return views.stream()
                .flatMap(view -> view.getMembersList().stream())
                .filter(member -> member.getNode().equals(node) && member.hasNumber())
                .map(Member::getNumber)
                .findFirst();
    }

    private static Lack missing(PeerLag lag) {
        return lag.hasBehindMillis()
                ? new Lack(lag.getMissingEvents(), lag.getMissingPartitions(), Optional.of(lag.getBehindMillis()))
                : NOTHING;
    }

    private static Lack unconfirmed(PeerLag lag) {
        return lag.hasUnconfirmedMillis()
                ? new Lack(lag.getMissingEvents(), lag.getMissingPartitions(), Optional.of(lag.getUnconfirmedMillis()))
                : NOTHING;
    }

    /** What two storages that know different things know together, at least. */
    private Lack worse(Lack other) {
        Optional<Long> age =
                ageMillis.isEmpty() || other.ageMillis.orElse(-1L) > ageMillis.get() ? other.ageMillis : ageMillis;
        return new Lack(Math.max(events, other.events), Math.max(partitions, other.partitions), age);
    }

    /** In a few words. */
    String words() {
        return ageMillis
                .map(age -> Shown.count(events, "event", "events") + ", " + ClusterNodesCommand.span(age))
                .orElse("nothing");
    }

    /** The oldest write that is not everywhere, as a sentence; empty when there is none. */
    static Optional<String> oldest(NavigableMap<String, Lack> lacks) {
        return lacks.entrySet().stream()
                .filter(entry -> entry.getValue().ageMillis().isPresent())
                .max((one, other) -> Long.compare(
                        one.getValue().ageMillis().orElse(0L),
                        other.getValue().ageMillis().orElse(0L)))
                .map(entry -> "The oldest write that is not on all of its replicas is "
                        + ClusterNodesCommand.span(entry.getValue().ageMillis().orElse(0L)) + " old: "
                        + entry.getKey() + " lacks it.");
    }
}
