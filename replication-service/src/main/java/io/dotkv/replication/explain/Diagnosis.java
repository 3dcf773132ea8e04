package io.dotkv.replication.explain;

import io.dotkv.kernel.Actor;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.types.DataType;
import io.dotkv.replication.ExplainResult.Copy;
import io.dotkv.replication.ExplainResult.Held;
import io.dotkv.replication.ExplainResult.Placed;
import io.dotkv.replication.ExplainResult.Unknown;
import io.dotkv.replication.route.FailureMessages;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/**
 * What follows from the values of a key and where they are, in sentences.
 *
 * <p>Why there are siblings is not recorded anywhere, but follows: a blind put replaces all that the replica which
 * takes it has. So of two siblings that one process took, the later came with a context that did not cover the earlier.
 * Of two that different processes took, each came blindly before the other had arrived, or with a context that did not
 * cover it; which of the two cannot be told.
 */
final class Diagnosis {
    private Diagnosis() {}

    /** @param unlisted so many more values there are */
    static List<String> of(
            List<Copy> copies, List<Placed> values, int unlisted, PlacedParts parts, IntFunction<String> nameOf) {
        List<String> findings = new ArrayList<>();
        copies.forEach(copy -> ofCopy(copy, findings));
        values.forEach(value -> ofValue(value, findings));
        List<Placed> current = values.stream().filter(Placed::isCurrent).toList();
        if (current.isEmpty() && parts.current() == 0) {
            findings.add(withoutValue(values, parts, copies));
        } else if (current.size() > 1) {
            ofSiblings(current, unlisted, nameOf, findings);
        }
        if (unlisted > 0) {
            findings.add(
                    unlisted
                            + " older values are not listed, and not compared: `dotkv cluster converge` brings what is missing.");
        }
        ofParts(parts, findings);
        boolean areEqual = values.stream()
                .allMatch(value -> value.isCurrent() && value.missingOn().isEmpty());
        if (areEqual && unlisted == 0 && parts.areEqual() && copies.stream().allMatch(Held.class::isInstance)) {
            findings.add(copies.size() == 1 ? "There is one replica." : "All replicas have the same values.");
        }
        return findings;
    }

    private static void ofParts(PlacedParts parts, List<String> findings) {
        if (!parts.types().isEmpty()) {
            findings.add("It has data types (" + names(parts.types()) + ") with " + count(parts.current())
                    + ", that is elements, fields, shares of counters: `dotkv read` shows them.");
        }
        parts.missing()
                .forEach((node, missing) -> findings.add(count(missing) + " of data types "
                        + (missing == 1 ? "has" : "have") + " not reached " + node
                        + ": it was not there when they were written, or the writes are on their way. It fetches them with its"
                        + " next pull, within some 12 s, or now with `dotkv cluster converge`."));
        parts.outdated()
                .forEach((node, outdated) -> findings.add(node + " still shows " + count(outdated)
                        + " of data types that another replica knows to be removed or replaced: that has not arrived there yet."
                        + " Reads at QUORUM leave them out."));
    }

    private static String count(int parts) {
        return parts + (parts == 1 ? " part" : " parts");
    }

    private static String names(List<DataType> types) {
        return types.stream()
                .map(type -> type.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .collect(Collectors.joining(", "));
    }

    private static void ofCopy(Copy copy, List<String> findings) {
        switch (copy) {
            case Unknown(NodeId node, String trouble) ->
                findings.add(
                        "What " + node + " has is not known: " + trouble + ". It may hold a write that no other has.");
            case Held held -> {
                if (!held.isVoting()) {
                    findings.add(
                            held.node() + " does not vote: it may lack acknowledged writes and is still catching up.");
                }
            }
        }
    }

    private static void ofValue(Placed value, List<String> findings) {
        String dot = value.leaf().dot().toString();
        if (!value.isCurrent()) {
            findings.add(
                    FailureMessages.names(value.on()) + (value.on().size() == 1 ? " still shows " : " still show ")
                            + dot
                            + ", which " + FailureMessages.names(value.replacedOn())
                            + (value.replacedOn().size() == 1 ? " knows" : " know")
                            + " to be replaced or deleted: what replaced it has not arrived there yet. Reads at QUORUM leave it out.");
        }
        if (!value.missingOn().isEmpty()) {
            findings.add(dot + " has not reached " + FailureMessages.names(value.missingOn())
                    + ": it was not there when it was written, or the write is on its way. It fetches it with its next pull,"
                    + " within some 12 s, or now with `dotkv cluster converge`.");
        }
    }

    private static String withoutValue(List<Placed> values, PlacedParts parts, List<Copy> copies) {
        if (!values.isEmpty() || !parts.outdated().isEmpty()) {
            return "The key has no value: it was deleted, and not all replicas know it yet.";
        }
        return copies.stream().anyMatch(Held.class::isInstance)
                ? "No replica that answered has a value: the key was never written, or was deleted. Which of the two is not"
                        + " kept."
                : "No replica answered.";
    }

    private static void ofSiblings(
            List<Placed> current, int unlisted, IntFunction<String> nameOf, List<String> findings) {
        findings.add("The key has " + (current.size() + unlisted)
                + " values because none of their writes had seen another: each stays until a write with a context that covers it."
                + " Read the key, merge the values, and put the result with the context of that read.");
        Map<Actor, List<Leaf>> byActor = new TreeMap<>();
        for (Placed value : current) {
            byActor.computeIfAbsent(value.leaf().dot().actor(), any -> new ArrayList<>())
                    .add(value.leaf());
        }
        byActor.forEach((actor, leaves) -> {
            if (leaves.size() > 1) {
                findings.add(dots(leaves) + " were taken by the same process of " + nameOf.apply(actor.node())
                        + ". A put without a context would have replaced what was there, so each later one came with a context"
                        + " that was older than the earlier ones: their writers had not read each other's values.");
            }
        });
        if (byActor.size() > 1) {
            List<Leaf> heads = byActor.values().stream().map(List::getFirst).toList();
            findings.add(dots(heads) + " were taken by different processes ("
                    + String.join(
                            ", ",
                            byActor.keySet().stream()
                                    .map(actor -> nameOf.apply(actor.node()))
                                    .distinct()
                                    .toList())
                    + "), within " + spread(heads)
                    + ". Each came either without a context, before the node that took it had got the others, or with one that did"
                    + " not cover them. Either way the context of a read that showed the others was missing.");
        }
    }

    private static String dots(List<Leaf> leaves) {
        return String.join(
                " and ", leaves.stream().map(leaf -> leaf.dot().toString()).toList());
    }

    private static String spread(List<Leaf> leaves) {
        long first =
                leaves.stream().mapToLong(leaf -> leaf.time().millis()).min().orElse(0);
        long last =
                leaves.stream().mapToLong(leaf -> leaf.time().millis()).max().orElse(0);
        long millis = last - first;
        return millis < 10_000 ? millis + " ms" : millis / 1000 + " s";
    }
}
