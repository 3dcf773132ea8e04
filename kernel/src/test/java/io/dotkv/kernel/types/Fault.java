package io.dotkv.kernel.types;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Delta;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.Row;
import io.dotkv.kernel.VersionVector;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Mistakes that are easily made with these types, planted to see that the tests find them. */
enum Fault {
    /** As it is meant to be. */
    NONE,
    /** The addition to a set goes out with the context of a whole key. */
    VERSION_VECTOR_FOR_AN_ADDITION,
    /** A removal takes no dot. */
    REMOVAL_WITHOUT_A_DOT,
    /** An increment names only the leaf that it replaces. */
    COUNTER_NAMES_ITS_PREDECESSOR_ONLY,
    /** An increment names all own dots, those of other places too. */
    COUNTER_COVERS_OTHER_PLACES,
    /** A removal names what it shows, not what it saw die. */
    REMOVAL_COVERS_WHAT_IS_SHOWN_ONLY,
    /** The join throws away the losers of a last-write register. */
    LAST_WRITE_LOSERS_ARE_DISCARDED,
    /** A put covers the places of other types. */
    PUT_COVERS_OTHER_TYPES,
    /** A removal covers closed boots as a whole, with what of them is elsewhere under the key. */
    REMOVAL_COVERS_WHOLE_BOOTS;

    /** The delta of one step as the fault makes it. */
    Delta of(Delta right, TypeChange change, Row exported) {
        Dot dot = right.events().getFirst();
        return switch (this) {
            case VERSION_VECTOR_FOR_AN_ADDITION ->
                change instanceof TypeChange.Add
                        ? with(right, VersionVector.of(exported).dots().with(dot))
                        : right;
            case REMOVAL_WITHOUT_A_DOT ->
                right.leaves().isEmpty()
                        ? new Delta(right.key(), List.of(), right.context().minus(DotSet.of(dot)), List.of())
                        : right;
            case COUNTER_NAMES_ITS_PREDECESSOR_ONLY ->
                change instanceof TypeChange.Increase
                        ? with(right, right.context().intersect(exported.dots()).with(dot))
                        : right;
            case COUNTER_COVERS_OTHER_PLACES ->
                change instanceof TypeChange.Increase ? with(right, DotSet.upTo(dot.actor(), dot.counter())) : right;
            case REMOVAL_COVERS_WHAT_IS_SHOWN_ONLY ->
                right.leaves().isEmpty()
                        ? with(right, right.context().intersect(exported.dots()).with(dot))
                        : right;
            case REMOVAL_COVERS_WHOLE_BOOTS ->
                right.leaves().isEmpty()
                        ? with(right, right.context().union(exported.context().wholeBoots()))
                        : right;
            case NONE, LAST_WRITE_LOSERS_ARE_DISCARDED, PUT_COVERS_OTHER_TYPES -> right;
        };
    }

    private static Delta with(Delta delta, DotSet context) {
        return new Delta(delta.key(), delta.leaves(), context, delta.events());
    }

    /** The row after a join as the fault leaves it. */
    Row joined(Row row) {
        if (this != LAST_WRITE_LOSERS_ARE_DISCARDED) {
            return row;
        }
        Map<Bytes, Leaf> winners = new HashMap<>();
        for (Leaf leaf : row.leaves()) {
            if (isLastWrite(leaf)) {
                winners.merge(
                        leaf.path(), leaf, (one, other) -> Leaf.NEWEST_FIRST.compare(one, other) < 0 ? one : other);
            }
        }
        List<Leaf> kept = new ArrayList<>(row.leaves());
        kept.removeIf(leaf -> isLastWrite(leaf) && !leaf.equals(winners.get(leaf.path())));
        return new Row(kept, row.context());
    }

    private static boolean isLastWrite(Leaf leaf) {
        return TypedHistory.parsed(leaf).place().type() == DataType.LAST_WRITE;
    }
}
