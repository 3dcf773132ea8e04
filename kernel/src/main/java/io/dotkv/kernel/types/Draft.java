package io.dotkv.kernel.types;

import io.dotkv.kernel.Actor;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Delta;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.HybridTime;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.Row;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The delta of an update while its coordinating replica makes it. Each leaf and each removal takes the actor's next
 * dot: with one dot on two leaves, to remove one would remove the other; and a removal without a dot would be invisible
 * to the clocks. A step sees the row as the steps before it have left it, and the delta is the join of the deltas of
 * all steps.
 *
 * <p>A step costs a look at each leaf of the key. One thread.
 */
public final class Draft {
    /* The contexts of the steps are not joined one by one, since each names all that it spares. A dot that is dead in
     * the row, or that a step replaces, is in the context of that step; a leaf that is live in the end is in none. So
     * the context of the delta follows from what is left, and from how far the steps reach. */
    private final Key key;
    private final HybridTime time;
    private final Row exported;
    private final Actor actor;
    private final long first;
    private final List<Leaf> kept;
    private final List<Leaf> replaced = new ArrayList<>();
    private final List<Leaf> made = new ArrayList<>();
    private ExactContext.Dead dead = ExactContext.Dead.NONE;
    private long next;

    /**
     * A delta without any effect yet.
     *
     * @param exported the row of the key at the coordinating replica, as it exports it
     * @param next the actor's next dot in the partition
     */
    public Draft(Key key, Row exported, Dot next, HybridTime time) {
        this.key = key;
        this.exported = exported;
        this.kept = new ArrayList<>(exported.leaves());
        this.actor = next.actor();
        this.first = next.counter();
        this.next = first;
        this.time = time;
    }

    Actor actor() {
        return actor;
    }

    /** The leaves after all steps so far, in ascending order of dot. */
    public List<Leaf> leaves() {
        List<Leaf> leaves = new ArrayList<>(kept.size() + made.size());
        leaves.addAll(kept);
        leaves.addAll(made);
        leaves.sort(Comparator.comparing(Leaf::dot));
        return leaves;
    }

    /** The present leaves of a part. */
    List<Leaf> leaves(ExactContext.Part part) {
        List<Leaf> leaves = new ArrayList<>();
        kept.stream().filter(part::holds).forEach(leaves::add);
        made.stream().filter(part::holds).forEach(leaves::add);
        return leaves;
    }

    /** Brings a leaf that replaces what the context covers. */
    void write(Bytes path, Bytes payload, ExactContext covered) {
        remove(covered);
        made.add(new Leaf(new Dot(actor, next - 1), path, time, payload));
    }

    /** Removes what the context covers. */
    void remove(ExactContext covered) {
        kept.removeIf(leaf -> covered.part().holds(leaf) && replaced.add(leaf));
        made.removeIf(covered.part()::holds);
        if (covered.dead().compareTo(dead) > 0) {
            dead = covered.dead();
        }
        next++;
    }

    /** The delta of all steps. */
    public Delta delta() {
        replaced.sort(Comparator.comparing(Leaf::dot));
        DotSet spared = Row.dotsOf(kept);
        DotSet covered = switch (dead) {
            case NONE -> DotSet.EMPTY;
            case OWN -> DotSet.upTo(actor, first - 1).minus(spared);
            case SEEN -> exported.context().sparing(spared);
        };
        List<Dot> events = new ArrayList<>();
        for (long counter = first; counter < next; counter++) {
            events.add(new Dot(actor, counter));
        }
        DotSet context = covered.union(Row.dotsOf(replaced)).union(DotSet.of(events));
        return new Delta(key, made, context, events);
    }
}
