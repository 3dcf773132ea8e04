package io.dotkv.replication;

import io.dotkv.kernel.PartitionId;
import java.util.Set;

/**
 * What is to be scrubbed now.
 *
 * @param partitions these, of which the node must hold a replica; all that it holds when empty
 * @param bytesPerSecond so much of the own data is read in a second at most, 0 for no limit
 */
public record ScrubJob(Set<PartitionId> partitions, long bytesPerSecond) {
    public ScrubJob {
        partitions = Set.copyOf(partitions);
    }
}
