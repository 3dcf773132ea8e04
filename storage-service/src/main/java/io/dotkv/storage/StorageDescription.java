package io.dotkv.storage;

import java.util.List;

/**
 * What a storage is and holds, for people. Names are empty and numbers 0 before it was told who it is.
 *
 * @param engine {@code rocksdb} or {@code memory}
 * @param durability {@code sync} or {@code periodic}
 * @param peers how far other replicas are behind this storage
 * @param siblings what happened with siblings here since the start
 */
public record StorageDescription(
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
        long logRecordsEstimate,
        List<PeerLag> peers,
        Siblings siblings,
        Health health) {
    public StorageDescription {
        peers = List.copyOf(peers);
    }

    /**
     * What happened with siblings.
     *
     * @param conflicts how often a key that had one value at most got siblings
     * @param most the most values that a key had
     * @param refused how many puts were refused since a key had as many values as it may have
     */
    public record Siblings(long conflicts, int most, long refused) {}

    /**
     * Damage that was found in this life of the storage.
     *
     * @param rowsDamaged rows that are damaged now, as far as is known, and wait for those of other replicas
     * @param rowsFoundDamaged how many were found
     * @param rowsMended how many were replaced
     * @param isRebuiltAtStart whether a part of the files cannot be read, so that they are rebuilt at the next start
     * @param possibleLoss why acknowledged writes may be missing here that no other node has either, as a sentence;
     *     empty when there is no reason to think so
     */
    public record Health(
            long rowsDamaged, long rowsFoundDamaged, long rowsMended, boolean isRebuiltAtStart, String possibleLoss) {
        /** Nothing was found. */
        public static final Health GOOD = new Health(0, 0, 0, false, "");
    }
}
