package io.dotkv.replication.ports;

import io.dotkv.kernel.ports.Clock;
import io.dotkv.kernel.ports.RandomSource;
import io.dotkv.kernel.ports.Scheduler;
import java.util.function.Consumer;

/**
 * What a replication layer is given from outside.
 *
 * @param scheduler for what concerns the cluster, and for alarms; shared with nobody who blocks
 * @param random for the jitter of pulls
 * @param onFatal is told why this process cannot go on as its node
 */
public record ReplicationPorts(
        Clock clock,
        Scheduler scheduler,
        RandomSource random,
        ReplicationSettings settings,
        Consumer<String> onFatal) {}
