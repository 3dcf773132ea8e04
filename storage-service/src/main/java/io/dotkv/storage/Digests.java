package io.dotkv.storage;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.DotSet;
import java.util.List;

/**
 * Digests of consecutive ranges of one partition's keys, made from one snapshot, of the leaves with dots in a set that
 * the replicas to be compared cover.
 *
 * @param clock the replica's clock at the snapshot; the digests are good for sets within it
 * @param bytes about how many bytes of rows were read
 * @param ranges from the first key behind where the request began, each from the end of the one before; not empty
 */
public record Digests(DotSet clock, long bytes, List<Range> ranges) {
    /** The hash of a range without rows. */
    public static final Bytes NO_ROWS = Bytes.wrap(new byte[16]);

    public Digests {
        ranges = List.copyOf(ranges);
    }

    /** Where the ranges end: the last key of the last one, or empty at the end of the partition. */
    public Bytes end() {
        return ranges.getLast().end();
    }

    /**
     * One range.
     *
     * @param end its last key, whether or not there is such a row; empty for the end of the partition
     * @param rows how many rows are stored in it
     * @param damaged how many of them fail their checksum; not in the hash
     * @param unsettled how many have a residual context: replication to them is incomplete. Not in the hash
     * @param hash 16 bytes, equal where the rows are
     */
    public record Range(Bytes end, int rows, int damaged, int unsettled, Bytes hash) {
        /** Whether all of its rows are in the hash. */
        public boolean isWhole() {
            return damaged == 0 && unsettled == 0;
        }
    }
}
