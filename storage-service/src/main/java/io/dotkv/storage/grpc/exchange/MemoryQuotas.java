package io.dotkv.storage.grpc.exchange;

import io.dotkv.proto.storage.v1.Memory;

/**
 * How the process of a storage divides its memory, in bytes; told to whoever asks what the storage is.
 *
 * @param limit all that it may use
 * @param heap of it, Java's heap
 * @param blockCache of it, for data read from the disk
 * @param memtables of it, for writes that are not in a file yet
 * @param network of it, for messages on their way
 */
public record MemoryQuotas(long limit, long heap, long blockCache, long memtables, long network) {
    /** Nothing is known. */
    public static final MemoryQuotas UNKNOWN = new MemoryQuotas(0, 0, 0, 0, 0);

    public Memory message() {
        return Memory.newBuilder()
                .setLimitBytes(limit)
                .setHeapBytes(heap)
                .setBlockCacheBytes(blockCache)
                .setMemtableBytes(memtables)
                .setNetworkBytes(network)
                .build();
    }
}
