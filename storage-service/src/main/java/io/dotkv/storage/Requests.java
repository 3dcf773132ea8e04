package io.dotkv.storage;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Delta;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.PartitionId;
import io.dotkv.kernel.Row;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The requests of the storage layer. Each of the data path carries the placement number, the version of the layout that
 * it was made under, and a deadline in monotonic nanoseconds of this process.
 */
public final class Requests {
    private Requests() {}

    /** Reads the row of a key. */
    public record Read(long placement, Key key, long deadlineNanos) {}

    /**
     * Changes a key.
     *
     * @param requestId names the mutation: the same id within 20 minutes gives the same dots again
     */
    public record Mutate(long placement, Key key, Mutation mutation, String requestId, long deadlineNanos) {
        /** A put of a plain value, or a deletion. */
        public Mutate(
                long placement,
                Key key,
                Optional<Bytes> payload,
                Optional<DotSet> context,
                String requestId,
                long deadlineNanos) {
            this(placement, key, new Mutation.Replace(payload, context), requestId, deadlineNanos);
        }

        /** The new plain value; empty for all other mutations. */
        public Optional<Bytes> payload() {
            return mutation instanceof Mutation.Replace replace ? replace.payload() : Optional.empty();
        }

        /** What a put or deletion replaces; empty to replace everything that the replica has seen. */
        public Optional<DotSet> context() {
            return mutation instanceof Mutation.Replace replace ? replace.context() : Optional.empty();
        }
    }

    /**
     * Applies a delta of another replica.
     *
     * @param requestId the id of the mutation that made the delta; empty for a repair
     */
    public record Apply(long placement, Delta delta, String requestId, long deadlineNanos) {}

    /**
     * Reads a page of rows in byte order of the key.
     *
     * @param placement 0 for a look at this storage alone, which votes for nothing
     * @param after keys after this one only; empty to begin with the first
     * @param prefix keys that begin with this only
     * @param limit at most so many rows
     * @param partitions of these partitions; of all held ones when empty
     */
    public record Scan(
            long placement, Bytes after, Bytes prefix, int limit, Set<PartitionId> partitions, long deadlineNanos) {}

    /**
     * Asks for what is missing.
     *
     * @param node the number of the node that asks
     * @param clocks its clocks, of the partitions to compare
     */
    public record Pull(long placement, int node, List<PartitionClock> clocks) {}

    /**
     * Asks for digests of consecutive ranges of a partition's keys. A range ends after so many rows, and at each of the
     * ends; the last may end earlier, when the answer has become large.
     *
     * @param common only leaves with these dots count: what the replicas to be compared all cover
     * @param after keys after this one only; empty to begin with the first
     * @param ends where ranges end, ascending, the last one also the answer; empty for the end of the partition, which
     *     may be the last. With none, the answer goes as far as it may become large
     * @param rowsPerRange at least 1; 1 for a digest of each row
     */
    public record Digest(
            long placement,
            PartitionId partition,
            DotSet common,
            Bytes after,
            List<Bytes> ends,
            int rowsPerRange,
            long deadlineNanos) {
        /** At most so many ends. */
        public static final int MOST_ENDS = 4_000;

        public Digest {
            ends = List.copyOf(ends);
        }
    }

    /**
     * Replaces the row of a key if it is damaged.
     *
     * @param row the join of what other replicas export of the key
     * @param acceptsLoss whether to replace it although it may hold an event that none of them has
     */
    public record Mend(long placement, Key key, Row row, boolean acceptsLoss, long deadlineNanos) {}
}
