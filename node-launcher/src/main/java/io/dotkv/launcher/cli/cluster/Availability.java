package io.dotkv.launcher.cli.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How a cluster stands: what its partitions can serve with the nodes that are up and have begun to work. Pure.
 *
 * @param partitions how many partitions there are
 * @param replicas how many replicas a partition has
 * @param whole partitions all of whose replicas work
 * @param quorate partitions that have a majority of their replicas, the whole ones included
 * @param dark partitions without any replica
 * @param down nodes of the layout that are members and not up, by name
 * @param votes how far the nodes that are up vote, by name; all nodes of the layout that are up are in it
 * @param gone in how many partitions nodes that are members no more still have a place, by name
 */
record Availability(
        int partitions,
        int replicas,
        int whole,
        int quorate,
        int dark,
        NavigableSet<String> down,
        NavigableMap<String, VotingStatus> votes,
        NavigableMap<String, Integer> gone) {
    /**
     * The standing of a layout.
     *
     * @param layout for each partition the names of its nodes
     * @param up the nodes that are up
     * @param departed the nodes that are members no more, and never come back
     */
    static Availability of(List<? extends List<String>> layout, Map<String, VotingStatus> up, Set<String> departed) {
        int whole = 0;
        int quorate = 0;
        int dark = 0;
        int replicas = 0;
        NavigableSet<String> down = new TreeSet<>();
        NavigableMap<String, VotingStatus> votes = new TreeMap<>();
        NavigableMap<String, Integer> gone = new TreeMap<>();
        for (List<String> nodes : layout) {
            int working = (int) nodes.stream()
                    .filter(node -> !departed.contains(node)
                            && up.getOrDefault(node, VotingStatus.NONE).works())
                    .count();
            replicas = Math.max(replicas, nodes.size());
            whole += working == nodes.size() ? 1 : 0;
            quorate += working > nodes.size() / 2 ? 1 : 0;
            dark += working == 0 ? 1 : 0;
            for (String node : nodes) {
                VotingStatus its = up.get(node);
                if (departed.contains(node)) {
                    gone.merge(node, 1, Integer::sum);
                } else if (its == null) {
                    down.add(node);
                } else {
                    votes.put(node, its);
                }
            }
        }
        return new Availability(layout.size(), replicas, whole, quorate, dark, down, votes, gone);
    }

    /** Whether every partition has a majority of its replicas. */
    boolean serves() {
        return quorate == partitions;
    }

    /**
     * Whether every partition has all of its replicas, as far as can be seen: what cannot be seen is not taken for
     * good.
     */
    boolean isWhole() {
        return waiting().isEmpty() && down.isEmpty() && gone.isEmpty();
    }

    /** Whether the cluster is as somebody requires it. */
    boolean meets(Requirement requirement) {
        return switch (requirement) {
            case QUORUM -> serves();
            case WHOLE -> isWhole();
        };
    }

    /** The standing in a sentence or two. */
    String verdict() {
        if (isWhole()) {
            return "All " + partitions + " partitions have " + replicas + " of " + replicas
                    + (replicas == 1
                            ? " replica: the only copy of the data is on this one node."
                            : " replicas: the cluster is whole.");
        }
        String who = down.isEmpty()
                ? gone.isEmpty() ? "All nodes are up: " : "All members are up: "
                : names(down) + (down.size() == 1 ? " is down: " : " are down: ");
        if (serves()) {
            return who + "all data is readable and writable at QUORUM" + failsAtAll() + lost() + waiting();
        }
        String lost = quorate == 0
                ? "no partition can serve QUORUM; "
                : partitions - quorate + " of " + partitions + " partitions cannot serve QUORUM; ";
        String one = dark == 0
                ? "ONE still works."
                : dark == partitions ? "nothing works." : "ONE works for all but " + dark + " of them.";
        String start = down.isEmpty() ? "" : " Start " + (down.size() == 1 ? "it" : "them") + " again.";
        return who + lost + one + start + lost() + waiting();
    }

    private String failsAtAll() {
        if (down.isEmpty() && gone.isEmpty()) {
            return ".";
        }
        return "; ALL fails"
                + (whole == 0 ? "." : " for " + (partitions - whole) + " of " + partitions + " partitions.");
    }

    /** What went with nodes that are members no more; empty when nothing did. */
    private String lost() {
        if (gone.isEmpty()) {
            return "";
        }
        int places = gone.values().stream().mapToInt(Integer::intValue).sum();
        return " " + names(gone.navigableKeySet())
                + (gone.size() == 1 ? " is no longer a member" : " are no longer members")
                + " and must not be restarted: " + places
                + (places == 1 ? " replica is" : " replicas are") + " lost for good.";
    }

    /** What there is to wait for at nodes that are up; empty when all of their partitions vote. */
    private String waiting() {
        StringBuilder text = new StringBuilder();
        votes.forEach((node, its) -> text.append(its.sentence(node)));
        return text.toString();
    }

    private static String names(NavigableSet<String> nodes) {
        List<String> names = new ArrayList<>(nodes);
        return names.size() == 1
                ? names.getFirst()
                : String.join(", ", names.subList(0, names.size() - 1)) + " and " + names.getLast();
    }
}
