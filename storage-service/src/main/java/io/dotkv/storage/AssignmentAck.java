package io.dotkv.storage;

import io.dotkv.kernel.Actor;
import io.dotkv.kernel.PartitionId;
import java.util.List;
import java.util.Optional;

/**
 * What a storage is.
 *
 * @param nodeNumber the number of the node it works for
 * @param actor who issues dots here until the process ends; empty while no boot was agreed on
 * @param life 64 random bits of this process, other than 0, which are on its disk
 * @param lastBoot the highest boot that the disk remembers, 0 for none
 * @param storageId the id of its engine files
 * @param notVoting held partitions that may lack acknowledged writes and do not take part in reads yet
 */
public record AssignmentAck(
        int nodeNumber, Optional<Actor> actor, long life, int lastBoot, String storageId, List<PartitionId> notVoting) {
    public AssignmentAck {
        notVoting = List.copyOf(notVoting);
    }
}
