package io.dotkv.storage;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Delta;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.PartitionId;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The requests of the storage layer. Each of the data path carries the placement number, the version of the layout that it
 * was made under, and a deadline in monotonic nanoseconds of this process.
 */
public final class Requests {
    private Requests() {}

    /** Reads the row of a key. */
    public record Read(long placement, Key key, long deadlineNanos) {}

    /**
     * Writes a register.
     *
     * @param payload the new value; empty for a deletion
     * @param context what it replaces; empty to replace everything that this replica has seen
     * @param requestId names the mutation: the same id within the window gives the same dot again
     */
    public record Mutate(
            long placement,
            Key key,
            Optional<Bytes> payload,
            Optional<DotSet> context,
            String requestId,
            long deadlineNanos) {}

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
}
