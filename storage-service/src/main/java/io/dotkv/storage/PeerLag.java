package io.dotkv.storage;

import java.util.OptionalLong;

/**
 * How far one peer is behind this storage, as far as is known from the clocks that it sends when it pulls. Ages are
 * nanoseconds before now.
 *
 * @param node the peer's number
 * @param reportedAgoNanos when it last sent its clocks
 * @param missingEvents how many events are here that were not in them; those that are on their way to it count, too
 * @param missingPartitions of how many partitions
 * @param unconfirmedNanos the age of the moment up to which it is known to have everything that was here; empty when it
 *     had everything that is here now
 * @param behindNanos the same, but only when it lacked something two seconds after that was here: then nothing is on
 *     its way, it is missing
 */
public record PeerLag(
        int node,
        long reportedAgoNanos,
        long missingEvents,
        int missingPartitions,
        OptionalLong unconfirmedNanos,
        OptionalLong behindNanos) {}
