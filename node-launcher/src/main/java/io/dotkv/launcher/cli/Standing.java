package io.dotkv.launcher.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
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
 * @param down nodes of the layout that are not up, by name
 * @param votes how far the nodes that are up vote, by name; all nodes of the layout that are up are in it
 */
record Standing(
        int partitions,
        int replicas,
        int whole,
        int quorate,
        int dark,
        NavigableSet<String> down,
        NavigableMap<String, Votes> votes) {
    /** The standing of a layout, given for each partition as the names of its nodes, and of the nodes that are up. */
    static Standing of(List<? extends List<String>> layout, Map<String, Votes> up) {
        int whole = 0;
        int quorate = 0;
        int dark = 0;
        int replicas = 0;
        NavigableSet<String> down = new TreeSet<>();
        NavigableMap<String, Votes> votes = new TreeMap<>();
        for (List<String> nodes : layout) {
            int working = (int) nodes.stream()
                    .filter(node -> up.getOrDefault(node, Votes.NONE).works())
                    .count();
            replicas = Math.max(replicas, nodes.size());
            whole += working == nodes.size() ? 1 : 0;
            quorate += working > nodes.size() / 2 ? 1 : 0;
            dark += working == 0 ? 1 : 0;
            for (String node : nodes) {
                Votes its = up.get(node);
                if (its == null) {
                    down.add(node);
                } else {
                    votes.put(node, its);
                }
            }
        }
        return new Standing(layout.size(), replicas, whole, quorate, dark, down, votes);
    }

    /** Whether every partition has a majority of its replicas. */
    boolean serves() {
        return quorate == partitions;
    }

    /** The standing in a sentence or two. */
    String verdict() {
        String waiting = waiting();
        if (waiting.isEmpty() && down.isEmpty()) {
            return "All %d partitions have %d of %d replicas: the cluster is whole."
                    .formatted(partitions, replicas, replicas);
        }
        String who =
                down.isEmpty() ? "All nodes are up: " : names() + (down.size() == 1 ? " is down: " : " are down: ");
        if (serves()) {
            String all = down.isEmpty()
                    ? "."
                    : "; ALL fails"
                            + (whole == 0
                                    ? "."
                                    : " for %d of %d partitions.".formatted(partitions - whole, partitions));
            return who + "all data is readable and writable at QUORUM" + all + waiting;
        }
        String lost = quorate == 0
                ? "no partition can serve QUORUM; "
                : "%d of %d partitions cannot serve QUORUM; ".formatted(partitions - quorate, partitions);
        String one = dark == 0
                ? "ONE still works."
                : dark == partitions ? "nothing works." : "ONE works for all but %d of them.".formatted(dark);
        String start = down.isEmpty() ? "" : " Start " + (down.size() == 1 ? "it" : "them") + " again.";
        return who + lost + one + start + waiting;
    }

    /** What there is to wait for at nodes that are up; empty when all of their partitions vote. */
    private String waiting() {
        StringBuilder text = new StringBuilder();
        votes.forEach((node, its) -> text.append(its.sentence(node)));
        return text.toString();
    }

    private String names() {
        List<String> names = new ArrayList<>(down);
        return names.size() == 1
                ? names.getFirst()
                : String.join(", ", names.subList(0, names.size() - 1)) + " and " + names.getLast();
    }
}
