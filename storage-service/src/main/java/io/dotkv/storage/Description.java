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
        Health health) {
    /**
     * Damage that was found in this life of the storage.
     *
     * @param rowsDamaged rows that are damaged now, as far as is known, and wait for those of other replicas
     * @param rowsFoundDamaged how many were found
     * @param rowsMended how many were replaced
     * @param isRebuiltAtStart whether a part of the files cannot be read, so that they are rebuilt at the next start
     */
    public record Health(long rowsDamaged, long rowsFoundDamaged, long rowsMended, boolean isRebuiltAtStart) {
        /** Nothing was found. */
        public static final Health GOOD = new Health(0, 0, 0, false);
    }

    static Description of(@Nullable Role role, Engine engine, StorageSettings settings, Quarantine quarantine) {
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
                new Health(quarantine.size(), quarantine.found(), quarantine.mended(), engine.isDamaged()));
    }
}
