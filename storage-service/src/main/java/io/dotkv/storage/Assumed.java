package io.dotkv.storage;

import io.dotkv.kernel.Actor;
import io.dotkv.kernel.PartitionId;
import java.util.List;

/**
 * What a storage is.
 *
 * @param actor who issues dots here until the process ends
 * @param notVoting held partitions that may lack acknowledged writes and do not take part in reads yet
 */
public record Assumed(Actor actor, List<PartitionId> notVoting) {
    public Assumed {
        notVoting = List.copyOf(notVoting);
    }
}
