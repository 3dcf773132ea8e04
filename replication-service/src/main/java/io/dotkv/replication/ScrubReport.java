package io.dotkv.replication;

import io.dotkv.kernel.PartitionId;
import java.util.List;

/**
 * What a scrub has found, so far or in all.
 *
 * @param partitions how many are to be scrubbed
 * @param partitionsDone how many are done
 * @param partitionsNotCompared how many of those could not be compared with any other replica to their end
 * @param rows how many own rows were compared
 * @param bytes how many bytes of own rows were read
 * @param damagedRows rows that fail their checksum, at any of the compared nodes
 * @param unreadable replicas with a part of the files that cannot be read at all; their node rebuilds its files at its
 *     next start
 * @param differences leaves that differ although every checksum is good and every replica has their events: silent rot,
 *     or a defect. Zero outside of damage
 * @param mended how many of the damaged rows and differences were mended
 * @param undecided rows that differed and were being changed all the time; the next scrub looks at them again
 * @param findings the first hundred things that were found, in words
 */
public record ScrubReport(
        int partitions,
        int partitionsDone,
        int partitionsNotCompared,
        long rows,
        long bytes,
        long damagedRows,
        long unreadable,
        long differences,
        long mended,
        long undecided,
        List<Finding> findings) {
    public ScrubReport {
        findings = List.copyOf(findings);
    }

    /** Something that was found in a partition, as a sentence. */
    public record Finding(PartitionId partition, String sentence) {}

    /** Whether damage was found. */
    public boolean isDamageFound() {
        return damagedRows + unreadable + differences > 0;
    }

    /** Whether all of it was mended. */
    public boolean isAllMended() {
        return unreadable == 0 && mended >= damagedRows + differences;
    }
}
