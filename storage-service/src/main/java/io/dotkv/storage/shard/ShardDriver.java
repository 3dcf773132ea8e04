package io.dotkv.storage.shard;

/**
 * What runs a shard, one step after the other. A port: {@link io.dotkv.storage.system.ThreadDriver} is a thread, {@link
 * ScheduledDriver} a scheduler. Each drives one shard.
 */
public interface ShardDriver {
    /** Begins to run the shard. */
    void start(Shard shard);

    /** A task waits in the shard's queue. Any thread that may submit. */
    void wake();

    /** The shard is stopping: lets it finish what is queued, and waits for that as long as is reasonable. */
    void stop();
}
