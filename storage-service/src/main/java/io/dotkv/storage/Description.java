package io.dotkv.storage;

import io.dotkv.storage.engine.Engine;
import io.dotkv.storage.replica.Quarantine;
import io.dotkv.storage.replica.Replica;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a storage is and holds, for people. Names are empty and numbers 0 before it was told who it is.
 *
 * @param engine {@code rocksdb} or {@code memory}
 * @param durability {@code sync} or {@code periodic}
 * @param peers how far other replicas are behind this storage
 * @param siblings what happened with siblings here since the start
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
        long logRecordsEstimate,
        List<PeerLag> peers,
        Siblings siblings,
        Health health) {
    public Description {
        peers = List.copyOf(peers);
    }

    /**
     * What happened with siblings.
     *
     * @param conflicts how often a key that had one value at most got siblings
     * @param most the most values that a key had
     * @param refused how many puts were refused since a key had as many values as it may have
     */
    public record Siblings(long conflicts, int most, long refused) {
        static Siblings of(List<Replica> replicas) {
            long conflicts = 0;
            int most = 0;
            long refused = 0;
            for (Replica replica : replicas) {
                conflicts += replica.siblings().conflicts();
                most = Math.max(most, replica.siblings().most());
                refused += replica.siblings().refused();
            }
            return new Siblings(conflicts, most, refused);
        }
    }

    /**
     * Damage that was found in this life of the storage.
     *
     * @param rowsDamaged rows that are damaged now, as far as is known, and wait for those of other replicas
     * @param rowsFoundDamaged how many were found
     * @param rowsMended how many were replaced
     * @param isRebuiltAtStart whether a part of the files cannot be read, so that they are rebuilt at the next start
     * @param possibleLoss why acknowledged writes may be missing here that no other node has either, as a sentence; empty when there is
     *     no reason to think so
     */
    public record Health(
            long rowsDamaged, long rowsFoundDamaged, long rowsMended, boolean isRebuiltAtStart, String possibleLoss) {
        /** Nothing was found. */
        public static final Health GOOD = new Health(0, 0, 0, false, "");

        static Health of(Quarantine quarantine, Engine engine, String possibleLoss) {
            return new Health(
                    quarantine.size(), quarantine.found(), quarantine.mended(), engine.isDamaged(), possibleLoss);
        }
    }

    static Description of(
            @Nullable Role role, Engine engine, StorageSettings settings, List<PeerLag> peers, Health health) {
        List<Replica> held = role == null ? List.of() : role.held();
        long logRecords = 0;
        int notVoting = 0;
        for (Replica replica : held) {
            Replica.Reading reading = replica.reading();
            logRecords += reading.logRecords();
            notVoting += reading.voting() ? 0 : 1;
        }
        long keys = Math.max(0, engine.estimateEntries() - logRecords - 3L * held.size() - 1);
        return new Description(
                role == null ? "" : role.mandate().clusterId(),
                role == null ? "" : role.mandate().node().name(),
                role == null ? 0 : role.mandate().nodeNumber(),
                role == null || role.actor() == null ? 0 : role.actor().boot(),
                engine.name(),
                settings.durability() == StorageSettings.Durability.SYNC ? "sync" : "periodic",
                role == null ? 0 : role.placement(),
                held.size(),
                notVoting,
                keys,
                engine.diskBytes(),
                logRecords,
                peers,
                Siblings.of(held),
                health);
    }
}
