package io.dotkv.storage.replica;

import io.dotkv.kernel.Key;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The keys of a storage whose rows are known to be damaged and wait to be replaced. It refuses nothing: a damaged row
 * is refused because it cannot be read. It only remembers what to ask other replicas for.
 *
 * <p>Bounded: what does not fit is noted when somebody meets it again. Any thread.
 */
public final class Quarantine {
    private static final int MOST = 10_000;

    private final Set<Key> keys = new LinkedHashSet<>();
    private long found;
    private long mended;

    /** A row has failed its checksum. */
    public synchronized void note(Key key) {
        if (keys.size() < MOST && keys.add(key)) {
            found++;
        }
    }

    /** The row of a key can be read; {@code replaced} when that is because it was replaced. */
    public synchronized void release(Key key, boolean replaced) {
        keys.remove(key);
        mended += replaced ? 1 : 0;
    }

    /** Up to so many of the keys, those that were found first. */
    public synchronized List<Key> first(int limit) {
        List<Key> first = new ArrayList<>(Math.min(limit, keys.size()));
        for (Key key : keys) {
            if (first.size() == limit) {
                break;
            }
            first.add(key);
        }
        return first;
    }

    /** How many keys wait. */
    public synchronized long size() {
        return keys.size();
    }

    /** How many damaged rows were found in this life of the storage. */
    public synchronized long found() {
        return found;
    }

    /** How many of them were replaced. */
    public synchronized long mended() {
        return mended;
    }
}
