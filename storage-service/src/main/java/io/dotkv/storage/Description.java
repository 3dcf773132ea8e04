package io.dotkv.storage;

/**
 * What a storage is and holds, for people. Names are empty and numbers 0 before it was told who it is.
 *
 * @param engine {@code rocksdb} or {@code memory}
 * @param durability {@code sync} or {@code periodic}
 */
public record Description(
        String clusterId,
        String node,
        int nodeNumber,
        int boot,
        String engine,
        String durability,
        long placement,
        int partitions,
        int partitionsNotVoting,
        long keysEstimate,
        long diskBytes,
        long logRecordsEstimate) {}
