package io.dotkv.storage;

import io.dotkv.kernel.Actor;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.PartitionId;
import java.util.List;

/**
 * The clock of one replica: what a peer compares with its own.
 *
 * @param partition the partition
 * @param clock every event the replica has applied, all of it durable
 * @param replica names the replica in its present life: the random id of one disk copy of one partition, a slash, and the
 *     random id of the start of its process
 * @param voting whether the replica takes part in quorums
 * @param promises what it has promised about former boots, durably
 */
public record PartitionClock(
        PartitionId partition, DotSet clock, String replica, boolean voting, List<Promise> promises) {
    public PartitionClock {
        promises = List.copyOf(promises);
    }

    /**
     * It takes no dot of the boots before this actor's that is not in its clock, or not among the ends of the attempt.
     *
     * @param first the actor of the first boot that is not concerned
     * @param attempt which closing it is for
     */
    public record Promise(Actor first, long attempt) {}
}
