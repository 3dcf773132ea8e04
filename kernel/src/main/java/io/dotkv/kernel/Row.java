package io.dotkv.kernel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What is known of one key: its current leaves and a context. A dot that the context covers and that labels no leaf is
 * dead: overwritten or deleted, for ever.
 *
 * <p>A replica stores a row with the residual context, which is what its clock does not cover by itself and nearly
 * always empty; it exports a row with its {@linkplain #fill fill}, which stands alone. Exported rows are joined by
 * whoever reads several replicas; deltas are joined into stored rows by the replica. Both are the same join, of which
 * there is exactly one: {@link #join}.
 *
 * <p>Source: Almeida, Shoker, Baquero, <i>Delta State Replicated Data Types</i>, 2016, section 7 (causal CRDTs), with
 * the dot stores flattened into one map from dot to leaf.
 *
 * @param leaves in ascending order of dot
 * @param context covers every leaf of an exported row
 */
public record Row(List<Leaf> leaves, DotSet context) {
    /** Nothing is known and nothing is there. */
    public static final Row EMPTY = new Row(List.of(), DotSet.EMPTY);

    /** So many dots are cheaper to add one by one than as a set. */
    private static final int FEW = 8;

    public Row {
        leaves = List.copyOf(leaves);
        for (int index = 1; index < leaves.size(); index++) {
            if (leaves.get(index - 1).dot().compareTo(leaves.get(index).dot()) >= 0) {
                throw new IllegalArgumentException("the leaves of a row do not ascend by dot");
            }
        }
    }

    /** Whether there is neither a leaf nor a context: nothing that would have to be stored. */
    public boolean isEmpty() {
        return leaves.isEmpty() && context.isEmpty();
    }

    /** The leaf with this dot, if it is there. */
    public Optional<Leaf> leaf(Dot dot) {
        int low = 0;
        int high = leaves.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = leaves.get(middle).dot().compareTo(dot);
            if (order == 0) {
                return Optional.of(leaves.get(middle));
            }
            low = order < 0 ? middle + 1 : low;
            high = order > 0 ? middle - 1 : high;
        }
        return Optional.empty();
    }

    /** The dots of the leaves. */
    public DotSet dots() {
        return dotsOf(leaves);
    }

    /** The dots of leaves that ascend by dot, in as many steps as there are leaves. */
    public static DotSet dotsOf(List<Leaf> ascending) {
        if (ascending.size() < 2) {
            return ascending.isEmpty()
                    ? DotSet.EMPTY
                    : DotSet.of(ascending.getFirst().dot());
        }
        List<Actor> actors = new ArrayList<>();
        List<long[]> runs = new ArrayList<>();
        long[] ofActor = new long[2 * ascending.size()];
        int length = 0;
        for (Leaf leaf : ascending) {
            Actor actor = leaf.dot().actor();
            long counter = leaf.dot().counter();
            if (actors.isEmpty() || !actors.getLast().equals(actor)) {
                if (length > 0) {
                    runs.add(Arrays.copyOf(ofActor, length));
                }
                actors.add(actor);
                length = 0;
            }
            if (length > 0 && ofActor[length - 1] == counter - 1) {
                ofActor[length - 1] = counter;
            } else {
                ofActor[length++] = counter;
                ofActor[length++] = counter;
            }
        }
        runs.add(Arrays.copyOf(ofActor, length));
        return DotSet.ofRuns(actors, runs);
    }

    /** The leaves, newest first. */
    public List<Leaf> newestFirst() {
        return leaves.size() < 2
                ? leaves
                : leaves.stream().sorted(Leaf.NEWEST_FIRST).toList();
    }

    /**
     * A stored row as its replica exports it: its context widened by all that the replica's clock says of every key.
     */
    public Row fill(DotSet clock) {
        DotSet filled = context.union(clock.base());
        if (leaves.size() > FEW) {
            return new Row(leaves, filled.union(dots()));
        }
        for (Leaf leaf : leaves) {
            filled = filled.with(leaf.dot());
        }
        return new Row(leaves, filled);
    }

    /** A row without the part of its context that its replica's clock says of every key. */
    public Row strip(DotSet clock) {
        return context.isEmpty() ? this : new Row(leaves, context.minus(clock.base()));
    }

    /** The join of two exported rows: commutative, associative, idempotent. */
    public Row join(Row other) {
        return join(other.leaves, other.context, context);
    }

    /**
     * The row after a change. A leaf stays when the change has it too or does not cover it; a leaf of the change comes
     * in when it is here already or is not covered here.
     *
     * @param theirs the leaves of the change, in ascending order of dot
     * @param theirContext what the change covers
     * @param cover what is covered here: this context, joined with the replica's clock as it was before the change
     */
    public Row join(List<Leaf> theirs, DotSet theirContext, DotSet cover) {
        List<Leaf> joined = new ArrayList<>(leaves.size() + theirs.size());
        int mine = 0;
        int their = 0;
        while (mine < leaves.size() || their < theirs.size()) {
            int order = mine == leaves.size()
                    ? 1
                    : their == theirs.size()
                            ? -1
                            : leaves.get(mine).dot().compareTo(theirs.get(their).dot());
            if (order < 0) {
                keepUnlessCovered(leaves.get(mine++), theirContext, joined);
            } else if (order > 0) {
                keepUnlessCovered(theirs.get(their++), cover, joined);
            } else {
                joined.add(leaves.get(mine++));
                their++;
            }
        }
        return new Row(joined, context.union(theirContext));
    }

    private static void keepUnlessCovered(Leaf leaf, DotSet covered, List<Leaf> kept) {
        if (!covered.contains(leaf.dot())) {
            kept.add(leaf);
        }
    }

    /** About how much memory it holds. */
    public long weightBytes() {
        return Leaf.OVERHEAD_BYTES + Leaf.weightBytes(leaves);
    }
}
