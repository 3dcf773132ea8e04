package io.dotkv.replication.request;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.Row;
import io.dotkv.kernel.VersionVector;
import io.dotkv.kernel.types.Content;
import io.dotkv.kernel.types.DataType;
import io.dotkv.replication.Portion;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A key as those see it who know plain values only. Equal values that were written concurrently are shown as one, the
 * newest of them: a person cannot tell them apart, and has nothing to merge. Its context covers all of them. Its
 * context covers nothing of the other types that live there, so that a put with it does not take them away.
 *
 * @param values newest first
 * @param types what lives beside them
 * @param leftOut values that are not given; the context does not cover them either, so that a put with it leaves them
 */
public record PlainView(List<Leaf> values, List<DataType> types, DotSet context, List<Leaf> leftOut) {
    public static PlainView of(Row exported) {
        List<Leaf> all = exported.newestFirst();
        if (isPlain(all)) {
            return new PlainView(distinct(all), List.of(), exported.context(), List.of());
        }
        return new PlainView(
                distinct(all.stream().filter(leaf -> leaf.path().isEmpty()).toList()),
                Content.typesIn(all),
                new VersionVector(exported.context())
                        .sparingTypes(exported.leaves())
                        .dots(),
                List.of());
    }

    /** As much of it as an answer may have. */
    public PlainView within(Portion portion) {
        Portion.Split split = portion.of(values);
        if (split.leftOut().isEmpty()) {
            return this;
        }
        DotSet spared = DotSet.EMPTY;
        for (Leaf leaf : split.leftOut()) {
            spared = spared.with(leaf.dot());
        }
        return new PlainView(split.given(), types, context.sparing(spared), split.leftOut());
    }

    /** The dots of the values that are not given, in their order. */
    public List<Dot> dotsLeftOut() {
        return leftOut.stream().map(Leaf::dot).toList();
    }

    private static List<Leaf> distinct(List<Leaf> newestFirst) {
        if (newestFirst.size() < 2) {
            return newestFirst;
        }
        Set<Bytes> values = new HashSet<>();
        return newestFirst.stream().filter(leaf -> values.add(leaf.payload())).toList();
    }

    private static boolean isPlain(List<Leaf> leaves) {
        for (Leaf leaf : leaves) {
            if (!leaf.path().isEmpty()) {
                return false;
            }
        }
        return true;
    }
}
