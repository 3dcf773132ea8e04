package io.dotkv.replication.ports;

import java.time.Duration;

/**
 * The settings of the replication layer.
 *
 * @param maxInFlight how many requests are coordinated at once; more are shed. Each costs about a kilobyte beside its
 *     value
 * @param maxInFlightBytes how many bytes of keys and values they may hold together
 * @param maxCallsPerReplica how many calls to one storage may be unanswered; then it counts as overloaded, so that a
 *     replica that hangs cannot fill this node's memory
 * @param maxBytesPerReplica how many bytes of deltas such calls may hold together
 * @param maxScans how many scans are coordinated at once
 * @param pageBytes about how many bytes of keys and values a page of a scan has at most
 * @param maxRepairs how many read repairs are under way at once; more are dropped and counted
 * @param hedgeNanos after how long a read asks one more replica. Lower cuts the tail of slow replicas and costs more
 *     reads
 * @param spreadNanos how long replicas have for a delta of a write at least, however little time the client gave
 * @param pullIntervalNanos how often a replica asks each peer what it misses, with a jitter of half of it. The cost of
 *     asking when nothing is missing is one clock per shared partition
 * @param catchUpIntervalNanos the same while some own partition does not vote yet, or the last pull failed
 * @param pullStallNanos after how long without progress a pull is given up
 * @param maxPulls how many pulls are under way at once
 * @param meetGraceNanos how long the first start of a member waits for another member that may know an earlier boot of
 *     it
 * @param scrub how the own replicas are scrubbed in the background
 */
public record ReplicationSettings(
        int maxInFlight,
        long maxInFlightBytes,
        int maxCallsPerReplica,
        long maxBytesPerReplica,
        int maxScans,
        long pageBytes,
        int maxRepairs,
        long hedgeNanos,
        long spreadNanos,
        long pullIntervalNanos,
        long catchUpIntervalNanos,
        long pullStallNanos,
        int maxPulls,
        long meetGraceNanos,
        ScrubSettings scrub) {
    /** What a node uses that is told nothing else. */
    public static ReplicationSettings defaults() {
        return new ReplicationSettings(
                10_000,
                128 << 20,
                20_000,
                64 << 20,
                16,
                1 << 20,
                256,
                Duration.ofMillis(20).toNanos(),
                Duration.ofSeconds(2).toNanos(),
                Duration.ofSeconds(10).toNanos(),
                Duration.ofSeconds(1).toNanos(),
                Duration.ofSeconds(60).toNanos(),
                4,
                Duration.ofSeconds(3).toNanos(),
                ScrubSettings.DEFAULT);
    }

    /** The same with other room for requests in flight, and for calls to one storage. */
    public ReplicationSettings withBytes(long inFlight, long perReplica) {
        return new ReplicationSettings(
                maxInFlight,
                inFlight,
                maxCallsPerReplica,
                perReplica,
                maxScans,
                pageBytes,
                maxRepairs,
                hedgeNanos,
                spreadNanos,
                pullIntervalNanos,
                catchUpIntervalNanos,
                pullStallNanos,
                maxPulls,
                meetGraceNanos,
                scrub);
    }

    /** The same with another scrub. */
    public ReplicationSettings with(ScrubSettings other) {
        return new ReplicationSettings(
                maxInFlight,
                maxInFlightBytes,
                maxCallsPerReplica,
                maxBytesPerReplica,
                maxScans,
                pageBytes,
                maxRepairs,
                hedgeNanos,
                spreadNanos,
                pullIntervalNanos,
                catchUpIntervalNanos,
                pullStallNanos,
                maxPulls,
                meetGraceNanos,
                other);
    }
}
