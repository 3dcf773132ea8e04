package io.dotkv.storage;

import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.PartitionId;

/**
 * Which events a replica has.
 *
 * @param partition the partition
 * @param clock every event the replica has applied, all of it durable
 * @param replica names the replica in its present life: the random id of one disk copy of one partition, a slash, and the
 *     random id of the start of its process
 * @param voting whether the replica takes part in quorums
 */
public record PartitionClock(PartitionId partition, DotSet clock, String replica, boolean voting) {}
