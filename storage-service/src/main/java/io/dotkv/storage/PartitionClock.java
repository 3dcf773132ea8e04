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
 * @param replica names the replica in its present life: the random id of one disk copy of one partition, a slash, and
 *     the random id of the start of its process
 * @param voting whether the replica takes part in quorums
 * @param promises what it has promised about former boots, durably
 * @param unnamed those of its events whose names it does not know and wants to be told, so that they are sent once more
 */
public record PartitionClock(
        PartitionId partition, DotSet clock, String replica, boolean voting, List<Promise> promises, DotSet unnamed) {
    public PartitionClock {
        promises = List.copyOf(promises);
    }

    /** The clock of a replica that knows the names of all its events. */
    public PartitionClock(PartitionId partition, DotSet clock, String replica, boolean voting, List<Promise> promises) {
        this(partition, clock, replica, voting, promises, DotSet.EMPTY);
    }

    /** The events that need not be sent. */
    public DotSet complete() {
        return unnamed.isEmpty() ? clock : clock.minus(unnamed);
    }

    /**
     * It takes no dot of the boots before this actor's that is not in its clock, or not among the ends of the attempt.
     *
     * @param first the actor of the first boot that is not concerned
     * @param attempt which closing it is for
     */
    public record Promise(Actor first, long attempt) {}
}
