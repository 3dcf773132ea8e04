/**
 * The writers: a {@link io.dotkv.storage.shard.Shard} with its {@link io.dotkv.storage.shard.ShardSettings} takes
 * {@link io.dotkv.storage.shard.Task}s and is run by a {@link io.dotkv.storage.shard.ShardDriver}, which is a thread or
 * a {@link io.dotkv.storage.shard.ScheduledDriver}; all shards share the {@link io.dotkv.storage.shard.EngineHealth}
 * and the {@link io.dotkv.storage.shard.WriteStallMonitor} of their engine.
 */
@NullMarked
package io.dotkv.storage.shard;

import org.jspecify.annotations.NullMarked;
