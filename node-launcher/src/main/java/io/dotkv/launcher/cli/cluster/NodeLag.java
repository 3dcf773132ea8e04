package io.dotkv.launcher.cli.cluster;

import io.dotkv.launcher.cli.format.DisplayText;
import io.dotkv.proto.cluster.v1.GetClusterResponse;
import io.dotkv.proto.cluster.v1.Member;
import io.dotkv.proto.storage.v1.DescribeResponse;
import io.dotkv.proto.storage.v1.PeerLag;
import java.util.Collection;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a node lacks of what others have, as far as their storages know. Of a node that is up only what is missing
 * counts, of one that is down also what may have reached it since it was last heard. A storage that has not heard of a
 * running node for longer than nodes pull knows nothing of what was written since: that is told as not known, and never
 * as nothing. Immutable.
 *
 * @param events at least so many write events; when it is not known, at most so many
 * @param partitions of so many partitions
 * @param ageMillis the age of the oldest of them, at the most; empty when it lacks none
 * @param unknownMillis for so long some storage has not heard of the node, and does not know what it lacks; -1 when it
 *     never has since it started; empty when all know
 */
record NodeLag(long events, int partitions, Optional<Long> ageMillis, Optional<Long> unknownMillis) {
    /** It lacks nothing that is known of. */
    static final NodeLag NOTHING = new NodeLag(0, 0, Optional.empty(), Optional.empty());

    private static final NodeLag NEVER_HEARD = new NodeLag(0, 0, Optional.empty(), Optional.of(-1L));

    /** Nodes pull from each other more often than this. */
    private static final long HEARD_MILLIS = 15_000;

    /** What each node that holds partitions lacks, by name. */
    static NavigableMap<String, NodeLag> of(Collection<NodeReport> sights, Collection<GetClusterResponse> views) {
        NavigableMap<String, NodeLag> lacks = new TreeMap<>();
        for (NodeReport sight : sights) {
            Optional<Member> member = member(sight.node(), views);
            if (member.isPresent() && member.get().getPartitions() > 0) {
                boolean up = sight.isUp(views);
                sights.stream()
                        .filter(other -> !other.node().equals(sight.node()))
                        .flatMap(other -> other.storage().stream())
                        .filter(storage -> storage.getPartitions() > 0)
                        .map(storage -> told(storage, member.get().getNumber(), up))
                        .reduce(NodeLag::worse)
                        .ifPresent(lack -> lacks.put(sight.node(), lack));
            }
        }
        return lacks;
    }

    private static Optional<Member> member(String node, Collection<GetClusterResponse> views) {
        return views.stream()
                .flatMap(view -> view.getMembersList().stream())
                .filter(member -> member.getNode().equals(node) && member.hasNumber())
                .findFirst();
    }

    private static NodeLag told(DescribeResponse storage, int number, boolean up) {
        return storage.getPeersList().stream()
                .filter(lag -> lag.getNodeNumber() == number)
                .findFirst()
                .map(lag -> up ? missing(lag) : unconfirmed(lag))
                .orElse(NEVER_HEARD);
    }

    private static NodeLag missing(PeerLag lag) {
        boolean isOld = lag.hasUnconfirmedMillis() && lag.getReportedMillisAgo() > HEARD_MILLIS;
        Optional<Long> unknown = isOld ? Optional.of(lag.getReportedMillisAgo()) : Optional.empty();
        if (lag.hasBehindMillis() || isOld) {
            Optional<Long> age = lag.hasBehindMillis() ? Optional.of(lag.getBehindMillis()) : Optional.empty();
            return new NodeLag(lag.getMissingEvents(), lag.getMissingPartitions(), age, unknown);
        }
        return NOTHING;
    }

    private static NodeLag unconfirmed(PeerLag lag) {
        return lag.hasUnconfirmedMillis()
                ? new NodeLag(
                        lag.getMissingEvents(),
                        lag.getMissingPartitions(),
                        Optional.of(lag.getUnconfirmedMillis()),
                        Optional.empty())
                : NOTHING;
    }

    /** What two storages that know different things know together, at least. */
    private NodeLag worse(NodeLag other) {
        return new NodeLag(
                Math.max(events, other.events),
                Math.max(partitions, other.partitions),
                larger(ageMillis, other.ageMillis),
                larger(unknownMillis, other.unknownMillis));
    }

    private static Optional<Long> larger(Optional<Long> one, Optional<Long> other) {
        return one.isEmpty() || other.orElse(Long.MIN_VALUE) > one.get() ? other.or(() -> one) : one;
    }

    /** In a few words. */
    String words() {
        if (unknownMillis.isPresent()) {
            long millis = unknownMillis.get();
            String since = millis < 0 ? "" : " for " + ClusterNodesCommand.span(millis);
            return "not known" + since + (events == 0 ? "" : ", up to " + DisplayText.count(events, "event", "events"));
        }
        return ageMillis
                .map(age -> DisplayText.count(events, "event", "events") + ", " + ClusterNodesCommand.span(age))
                .orElse("nothing");
    }

    /** That it is not known what a node lacks, as a sentence; empty when it is known. */
    Optional<String> doubt(String node) {
        return unknownMillis
                .filter(millis -> millis >= 0)
                .map(millis -> "What " + node + " lacks is not known: it has not pulled from another node for "
                        + ClusterNodesCommand.span(millis) + ". Its log says why.");
    }

    /** The oldest write that is not everywhere, as a sentence; empty when there is none. */
    static Optional<String> oldest(NavigableMap<String, NodeLag> lacks) {
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
