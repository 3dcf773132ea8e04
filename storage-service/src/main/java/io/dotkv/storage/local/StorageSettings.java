package io.dotkv.storage.local;

import io.dotkv.storage.replica.KeyLimits;
import java.time.Duration;

/**
 * How a storage works.
 *
 * @param durability when a write counts as durable
 * @param periodicSync under {@link Durability#PERIODIC}: how often the log is synced, and so how much a loss of power
 *     may cost. Default 1 s
 * @param shards how many threads write; each owns a share of the partitions. Default 1 for every two processors
 * @param readers how many threads read what is not in memory. Default 4
 * @param queueTasks per shard: at most so many writes wait. Default 8,192
 * @param queueBytes per shard: at most so many bytes of writes wait. Default 64 MiB
 * @param keyLimits how large a key may become
 * @param logRetention per partition and actor: so many of the newest events stay in the log. A replica that was away
 *     for longer is brought up to date by a comparison of all its rows. Default 16,384
 * @param maxAheadMillis hybrid time follows peers whose clocks are ahead by no more than this. Default 60,000
 */
public record StorageSettings(
        Durability durability,
        Duration periodicSync,
        int shards,
        int readers,
        int queueTasks,
        long queueBytes,
        KeyLimits keyLimits,
        long logRetention,
        long maxAheadMillis) {

    /** When a write counts as durable. */
    public enum Durability {
        /** When it is synced to the disk; it survives a loss of power. */
        SYNC,
        /**
         * When the operating system has it; it survives the end of the process, and a loss of power only after the next
         * sync.
         */
        PERIODIC
    }

    /** These settings with other limits of a key. */
    public StorageSettings withKeyLimits(KeyLimits limits) {
        return new StorageSettings(
                durability,
                periodicSync,
                shards,
                readers,
                queueTasks,
                queueBytes,
                limits,
                logRetention,
                maxAheadMillis);
    }

    /** These settings with other room for writes that wait at a shard. */
    public StorageSettings withQueueBytes(long bytes) {
        return new StorageSettings(
                durability, periodicSync, shards, readers, queueTasks, bytes, keyLimits, logRetention, maxAheadMillis);
    }

    /** The defaults for a machine with so many processors. */
    public static StorageSettings defaults(Durability durability, int processors) {
        return new StorageSettings(
                durability,
                Duration.ofSeconds(1),
                Math.max(1, processors / 2),
                4,
                8192,
                64L << 20,
                KeyLimits.DEFAULT,
                16_384,
                60_000);
    }
}
