package io.dotkv.replication;

import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.Row;
import io.dotkv.kernel.VersionVector;
import io.dotkv.kernel.types.Content;
import io.dotkv.kernel.types.DataType;
import java.util.List;

/**
 * A key as those see it who know plain values only. Its context covers nothing of the other types that live there, so that a
 * put with it does not take them away.
 *
 * @param values newest first
 * @param types what lives beside them
 */
record PlainView(List<Leaf> values, List<DataType> types, DotSet context) {
    static PlainView of(Row exported) {
        List<Leaf> all = exported.newestFirst();
        if (isPlain(all)) {
            return new PlainView(all, List.of(), exported.context());
        }
        return new PlainView(
                all.stream().filter(leaf -> leaf.path().isEmpty()).toList(),
                Content.typesIn(all),
                new VersionVector(exported.context())
                        .sparingTypes(exported.leaves())
                        .dots());
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
