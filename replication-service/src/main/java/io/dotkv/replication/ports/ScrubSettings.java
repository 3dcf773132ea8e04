package io.dotkv.replication.ports;

import java.time.Duration;

/**
 * How the own replicas are scrubbed in the background.
 *
 * @param periodNanos in which each partition is scrubbed once; 0 for never. A day costs seven times the reads of a week
 * @param bytesPerSecond so much of the own data is read in a second at most; each peer reads as much for it
 */
public record ScrubSettings(long periodNanos, long bytesPerSecond) {
    /** Once a week, at most 4 MiB a second. */
    public static final ScrubSettings DEFAULT =
            new ScrubSettings(Duration.ofDays(7).toNanos(), 4 << 20);
}
