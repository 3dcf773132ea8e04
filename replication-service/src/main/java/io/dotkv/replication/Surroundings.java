package io.dotkv.replication;

import io.dotkv.kernel.Clock;
import io.dotkv.kernel.RandomSource;
import io.dotkv.kernel.Scheduler;

/**
 * What a replication layer is given from outside.
 *
 * @param scheduler for what concerns the cluster, and for alarms; shared with nobody who blocks
 * @param random for the jitter of pulls
 */
public record Surroundings(Clock clock, Scheduler scheduler, RandomSource random, ReplicationSettings settings) {}
