package io.dotkv.storage;

import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.PartitionId;

/**
 * Which events a replica has.
 *
 * @param partition the partition
 * @param clock every event the replica has applied, all of it durable
 * @param replica the random id of the replica: one life of one disk copy of one partition
 * @param voting whether the replica takes part in quorums
 */
public record PartitionClock(PartitionId partition, DotSet clock, String replica, boolean voting) {}
