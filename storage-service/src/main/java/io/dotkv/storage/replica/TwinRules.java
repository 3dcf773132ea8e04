package io.dotkv.storage.replica;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.Row;
import io.dotkv.kernel.types.Addition;
import io.dotkv.storage.replica.WriteRecord.Try;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What has to be done about a write that got the events of several tries, because none of the replicas that took a later try knew of
 * the earlier one. Each node mends what its own try did: then nothing is mended twice, and nobody mends what another has mended.
 *
 * <p>Of values both stay, since to take one of two away could meet the taking away of the other. But when all others were replaced or
 * removed, by somebody who had not seen the own one, then the write is superseded and the own one goes too. It must not when
 * it may itself be what replaced the others, or have replaced a try that did.
 *
 * <p>Of counters all tries but the first in the order of dots give back what they added.
 */
final class TwinRules {
    private final WriteRecord record;
    private final Try own;

    private TwinRules(WriteRecord record, Try own) {
        this.record = record;
        this.own = own;
    }

    /** The rules for a node's own try; empty when it has none, or there is no other. */
    static Optional<TwinRules> of(WriteRecord record, int node) {
        List<Try> ofNode = record.tries().stream()
                .filter(each -> each.actor().node() == node)
                .toList();
        return ofNode.size() == 1 && record.tries().size() > 1
                ? Optional.of(new TwinRules(record, ofNode.getFirst()))
                : Optional.empty();
    }

    /** The own leaves that go, since the others have gone. */
    List<Dot> superseded(Row row) {
        List<Dot> going = new ArrayList<>();
        for (Leaf leaf : row.leaves()) {
            if (own.dots().contains(leaf.dot())
                    && !Addition.isCounter(leaf.path())
                    && areOthersGone(leaf, row, (int) (leaf.dot().counter() - own.first()))) {
                going.add(leaf.dot());
            }
        }
        return going;
    }

    private boolean areOthersGone(Leaf mine, Row row, int step) {
        for (Try other : record.tries()) {
            if (!other.equals(own)
                    && (other.length() != own.length()
                            || record.past().isEmpty()
                            || record.past().contains(other.dot(step)))) {
                return false;
            }
        }
        // Of a try that is not known as one the value shows here, if it has replaced another.
        return row.leaves().stream().noneMatch(leaf -> !leaf.equals(mine) && isSame(leaf, mine));
    }

    private static boolean isSame(Leaf leaf, Leaf mine) {
        return leaf.path().equals(mine.path()) && leaf.payload().equals(mine.payload());
    }

    /** Whether the own try is the first: then it counts. */
    boolean isFirst() {
        return record.tries().stream().noneMatch(each -> each.dot(0).compareTo(own.dot(0)) < 0);
    }

    /** The events of the first try, which others must have before it is left to count alone. */
    DotSet first() {
        List<Dot> first = own.dots();
        for (Try each : record.tries()) {
            if (each.dot(0).compareTo(first.getFirst()) < 0) {
                first = each.dots();
            }
        }
        return DotSet.of(first);
    }

    /** Whether the share of the own try in a counter is there, and was not reset since. */
    boolean isStillCounted(Addition addition, Row row, WriteRecord reset) {
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
