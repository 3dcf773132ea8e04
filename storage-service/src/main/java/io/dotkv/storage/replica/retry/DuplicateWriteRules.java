package io.dotkv.storage.replica.retry;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.Row;
import io.dotkv.kernel.types.Addition;
import io.dotkv.storage.replica.retry.WriteRecord.Try;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What has to be done about a write that got the events of several tries, because none of the replicas that took a
 * later try knew of the earlier one.
 *
 * <p>Of values all stay, since to take one of two away could meet the taking away of the other. But when one was
 * replaced or removed by somebody else, the write is superseded, and the others go. They must not when one of them may
 * itself be what replaced it. Whoever knows that does it: what two take away is gone once.
 *
 * <p>Of counters all tries but the first in the order of dots give back what they added. Each node gives back what its
 * own try did: then nothing is given back twice.
 */
public final class DuplicateWriteRules {
    private final WriteRecord record;

    private DuplicateWriteRules(WriteRecord record) {
        this.record = record;
    }

    /** The rules for a write; empty when it got the events of no more than one try. */
    public static Optional<DuplicateWriteRules> of(WriteRecord record) {
        return record.tries().size() > 1 ? Optional.of(new DuplicateWriteRules(record)) : Optional.empty();
    }

    /** The leaves that go, since the write is superseded. */
    public List<Dot> superseded(Row row) {
        int length = record.tries().getFirst().length();
        List<Dot> going = new ArrayList<>();
        if (record.tries().stream().allMatch(each -> each.length() == length)) {
            for (int step = 0; step < length; step++) {
                going.addAll(superseded(row, step));
            }
        }
        return going;
    }

    private List<Dot> superseded(Row row, int step) {
        List<Try> there = new ArrayList<>();
        List<Dot> gone = new ArrayList<>();
        List<Leaf> leaves = new ArrayList<>();
        for (Try each : record.tries()) {
            Optional<Leaf> leaf = row.leaf(each.dot(step));
            if (leaf.isPresent()) {
                there.add(each);
                leaves.add(leaf.get());
            } else {
                gone.add(each.dot(step));
            }
        }
        boolean isSuperseded = !leaves.isEmpty()
                && !gone.isEmpty()
                && !Addition.isCounter(leaves.getFirst().path())
                && there.stream().allMatch(each -> gone.stream().allMatch(each::hasSpared))
                // Of a try that is not known as one the value shows here, if it has replaced another.
                && row.leaves().stream().noneMatch(leaf -> !leaves.contains(leaf) && isSame(leaf, leaves.getFirst()));
        return isSuperseded ? leaves.stream().map(Leaf::dot).toList() : List.of();
    }

    private static boolean isSame(Leaf leaf, Leaf other) {
        return leaf.path().equals(other.path()) && leaf.payload().equals(other.payload());
    }

    /** The try of a node that is to give back what it added; empty when it has none, or the first. */
    public Optional<Try> toGiveBack(int node) {
        List<Try> ofNode = record.tries().stream()
                .filter(each -> each.actor().node() == node)
                .toList();
        return ofNode.size() == 1 && !ofNode.getFirst().equals(firstTry())
                ? Optional.of(ofNode.getFirst())
                : Optional.empty();
    }

    /** The events of the first try, which others must have before it is left to count alone. */
    public DotSet first() {
        return DotSet.of(firstTry().dots());
    }

    private Try firstTry() {
        return record.tries().stream()
                .min(Comparator.comparing(each -> each.dot(0)))
                .orElseThrow();
    }

    /** Whether the share of a try in a counter is there, and was not reset since. */
    public static boolean isStillCounted(Try own, Addition addition, Row row, WriteRecord reset) {
        Dot added = own.dot(addition.step());
        Bytes path = addition.path();
        boolean isThere = row.leaves().stream()
                .anyMatch(leaf -> leaf.path().equals(path)
                        && leaf.dot().actor().equals(own.actor())
                        && leaf.dot().counter() >= added.counter());
        boolean wasReset = reset.tries().stream()
                .anyMatch(each -> each.actor().equals(own.actor()) && each.last() >= added.counter());
        return isThere && !wasReset;
    }
}
