/**
 * The threads that write: a {@link io.dotkv.storage.shard.Shard} with its {@link io.dotkv.storage.shard.ShardSettings} takes
 * {@link io.dotkv.storage.shard.Task}s, and all shards share the {@link io.dotkv.storage.shard.EngineFuse} of their engine.
 */
@NullMarked
package io.dotkv.storage.shard;

import org.jspecify.annotations.NullMarked;
