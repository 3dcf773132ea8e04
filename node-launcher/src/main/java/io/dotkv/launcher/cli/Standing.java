package io.dotkv.launcher.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * How a cluster stands: what its partitions can serve with the nodes that are up. Pure.
 *
 * @param partitions how many partitions there are
 * @param replicas how many replicas a partition has
 * @param whole partitions all of whose replicas are up
 * @param quorate partitions that have a majority of their replicas, the whole ones included
 * @param dark partitions without any replica
 * @param down nodes of the layout that are not up, by name
 */
record Standing(int partitions, int replicas, int whole, int quorate, int dark, NavigableSet<String> down) {
    /** The standing of a layout, given for each partition as the names of its nodes, and of the nodes that are up. */
    static Standing of(List<? extends List<String>> layout, Set<String> up) {
        int whole = 0;
        int quorate = 0;
        int dark = 0;
        int replicas = 0;
        NavigableSet<String> down = new TreeSet<>();
        for (List<String> nodes : layout) {
            int alive = (int) nodes.stream().filter(up::contains).count();
            replicas = Math.max(replicas, nodes.size());
            whole += alive == nodes.size() ? 1 : 0;
            quorate += alive > nodes.size() / 2 ? 1 : 0;
            dark += alive == 0 ? 1 : 0;
            nodes.stream().filter(node -> !up.contains(node)).forEach(down::add);
        }
        return new Standing(layout.size(), replicas, whole, quorate, dark, down);
    }

    /** Whether every partition has a majority of its replicas. */
    boolean serves() {
        return quorate == partitions;
    }

    /** The standing in a sentence or two. */
    String verdict() {
        if (whole == partitions) {
            return "All %d partitions have %d of %d replicas: the cluster is whole."
                    .formatted(partitions, replicas, replicas);
        }
        String who = names() + (down.size() == 1 ? " is down: " : " are down: ");
        if (serves()) {
            return who + "all data is readable and writable at QUORUM; ALL fails"
                    + (whole == 0 ? "." : " for %d of %d partitions.".formatted(partitions - whole, partitions));
        }
        String lost = quorate == 0
                ? "no partition can serve QUORUM; "
                : "%d of %d partitions cannot serve QUORUM; ".formatted(partitions - quorate, partitions);
        String one = dark == 0
                ? "ONE still works. "
                : dark == partitions ? "nothing works. " : "ONE works for all but %d of them. ".formatted(dark);
        return who + lost + one + "Start " + (down.size() == 1 ? "it" : "them") + " again.";
    }

    private String names() {
        List<String> names = new ArrayList<>(down);
        return names.size() == 1
                ? names.getFirst()
                : String.join(", ", names.subList(0, names.size() - 1)) + " and " + names.getLast();
    }
}
