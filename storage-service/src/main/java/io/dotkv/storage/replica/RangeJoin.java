package io.dotkv.storage.replica;

import io.dotkv.kernel.Delta;
import io.dotkv.kernel.Key;
import io.dotkv.storage.PullMessage;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Joins a range of a sender's rows into a replica: the rows it has, and into every other own row of the range that the
 * sender does not have it. A damaged own row does not keep the others from being joined. One message long.
 */
final class RangeJoin {
    private final Applier applier;
    private final Set<Key> joined = new HashSet<>();
    private @Nullable DamagedRowException damage;
    private int news;

    /** Stages a delta; the number of events that were new. */
    interface Applier {
        int apply(Delta delta) throws DamagedRowException;
    }

    RangeJoin(Applier applier) {
        this.applier = applier;
    }

    void present(Delta delta) {
        joined.add(delta.key());
        try {
            news += applier.apply(delta);
        } catch (DamagedRowException e) {
            damage = e;
        }
    }

    /** Joins "absent there" into those of the keys that are in the range and that the sender did not send. */
    void absent(Collection<Key> keys, PullMessage.KeyRange range) {
        for (Key key : keys) {
            if (range.contains(key) && !joined.contains(key)) {
                present(new Delta(key, List.of(), range.covered(), List.of()));
            }
        }
    }

    /** The number of events that were new. */
    int finish() throws DamagedRowException {
        if (damage != null) {
            throw damage;
        }
        return news;
    }
}
