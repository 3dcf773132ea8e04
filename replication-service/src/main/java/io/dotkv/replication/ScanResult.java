package io.dotkv.replication;

import io.dotkv.kernel.Key;
import io.dotkv.kernel.Leaf;
import java.util.List;
import java.util.Optional;

/** How the read of a page ended. */
public sealed interface ScanResult {
    /**
     * A page.
     *
     * @param entries in byte order of the key
     * @param next where the next page begins; empty after the last page
     */
    record Scanned(List<Entry> entries, Optional<PageToken> next) implements ScanResult {}

    /** Nothing was read. */
    record Failed(Failure failure) implements ScanResult {}

    /**
     * A key that has values.
     *
     * @param values its current values, newest first, at least one
     * @param context covers them
     */
    record Entry(Key key, List<Leaf> values, ContextToken context) {}
}
