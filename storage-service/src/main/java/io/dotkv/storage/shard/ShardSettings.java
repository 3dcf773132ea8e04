package io.dotkv.storage.shard;

/**
 * How a shard works.
 *
 * @param sync whether a batch is synced to the disk before its tasks are answered
 * @param queueTasks at most so many tasks wait; more are refused
 * @param queueBytes at most so many bytes wait; more are refused
 */
public record ShardSettings(boolean sync, int queueTasks, long queueBytes) {}
