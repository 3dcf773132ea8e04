package io.dotkv.replication;

import io.dotkv.kernel.Dot;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.types.Content;
import io.dotkv.kernel.types.DataType;
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
     * A key that has something.
     *
     * @param values its current plain values, newest first
     * @param types what it has beside them
     * @param context covers the values
     * @param leftOut its values that did not fit into the page, newest first
     * @param content all that is under the key, when it was asked for and fits into the page; values is empty then
     */
    record Entry(
            Key key,
            List<Leaf> values,
            List<DataType> types,
            ContextToken context,
            List<Dot> leftOut,
            Optional<Content> content) {
        /** A key that has plain values only. */
        public Entry(Key key, List<Leaf> values, ContextToken context) {
            this(key, values, List.of(), context, List.of(), Optional.empty());
        }
    }
}
