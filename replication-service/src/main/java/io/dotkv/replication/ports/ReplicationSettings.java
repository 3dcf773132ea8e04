package io.dotkv.replication.ports;

import java.time.Duration;

/**
 * The settings of the replication layer.
 *
 * @param scrub how the own replicas are scrubbed in the background
 */
public record ReplicationSettings(Requests requests, Calls calls, Timing timing, Pulls pulls, ScrubSettings scrub) {
    /** What a node uses that is told nothing else. */
    public static final ReplicationSettings DEFAULTS = new ReplicationSettings(
            new Requests(10_000, 128 << 20, 16, 1 << 20, 256),
            new Calls(20_000, 64 << 20),
            new Timing(
                    Duration.ofMillis(20).toNanos(),
                    Duration.ofSeconds(2).toNanos(),
                    Duration.ofSeconds(3).toNanos()),
            new Pulls(
                    Duration.ofSeconds(10).toNanos(),
                    Duration.ofSeconds(1).toNanos(),
                    Duration.ofSeconds(60).toNanos(),
                    4),
            ScrubSettings.DEFAULT);

    /**
     * How much is coordinated at once.
     *
     * @param max how many requests; more are shed. Each costs about a kilobyte beside its value
     * @param maxBytes how many bytes of keys and values they may hold together
     * @param maxScans how many scans
     * @param pageBytes about how many bytes of keys and values a page of a scan has at most
     * @param maxRepairs how many read repairs are under way at once; more are dropped and counted
     */
    public record Requests(int max, long maxBytes, int maxScans, long pageBytes, int maxRepairs) {
        public Requests {
            if (max < 1 || maxBytes < 1 || maxScans < 1 || pageBytes < 1 || maxRepairs < 0) {
                throw new IllegalArgumentException("the limits of requests are 1 or more");
            }
        }

        public Requests withMaxBytes(long bytes) {
            return new Requests(max, bytes, maxScans, pageBytes, maxRepairs);
        }
    }

    /**
     * Unanswered calls to one storage.
     *
     * @param max how many there may be; then it counts as overloaded, so that a replica that hangs cannot fill this
     *     node's memory
     * @param maxBytes how many bytes of deltas they may hold together
     */
    public record Calls(int max, long maxBytes) {
        public Calls {
            if (max < 1 || maxBytes < 1) {
                throw new IllegalArgumentException("the limits of calls are 1 or more");
            }
        }

        public Calls withMaxBytes(long bytes) {
            return new Calls(max, bytes);
        }
    }

    /**
     * How long what waits.
     *
     * @param hedgeNanos after how long a read asks one more replica. Lower cuts the tail of slow replicas and costs
     *     more reads
     * @param spreadNanos how long replicas have for a delta of a write at least, however little time the client gave
     * @param meetGraceNanos how long the first start of a member waits for another member that may know an earlier boot
     *     of it
     */
    public record Timing(long hedgeNanos, long spreadNanos, long meetGraceNanos) {
        public Timing {
            if (hedgeNanos < 1 || spreadNanos < 1 || meetGraceNanos < 0) {
                throw new IllegalArgumentException("the times of requests are more than 0");
            }
        }
    }

    /**
     * How replicas fetch what they miss.
     *
     * @param intervalNanos how often a replica asks each peer what it misses, with a jitter of half of it. The cost of
     *     asking when nothing is missing is one clock per shared partition
     * @param catchUpIntervalNanos the same while some own partition does not vote yet, or the last pull failed
     * @param stallNanos after how long without progress a pull is given up
     * @param max how many pulls are under way at once
     */
    public record Pulls(long intervalNanos, long catchUpIntervalNanos, long stallNanos, int max) {
        public Pulls {
            if (intervalNanos < 1 || catchUpIntervalNanos < 1 || stallNanos < 1 || max < 1) {
                throw new IllegalArgumentException("the limits of pulls are 1 or more");
            }
        }
    }

    public ReplicationSettings with(Requests other) {
        return new ReplicationSettings(other, calls, timing, pulls, scrub);
    }

    public ReplicationSettings with(Calls other) {
        return new ReplicationSettings(requests, other, timing, pulls, scrub);
    }

    public ReplicationSettings with(Timing other) {
        return new ReplicationSettings(requests, calls, other, pulls, scrub);
    }

    public ReplicationSettings with(Pulls other) {
        return new ReplicationSettings(requests, calls, timing, other, scrub);
    }

    public ReplicationSettings with(ScrubSettings other) {
        return new ReplicationSettings(requests, calls, timing, pulls, other);
    }
}
