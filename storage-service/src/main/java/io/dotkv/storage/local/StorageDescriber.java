package io.dotkv.storage.local;

import io.dotkv.storage.PeerLag;
import io.dotkv.storage.StorageDescription;
import io.dotkv.storage.engine.Engine;
import io.dotkv.storage.replica.Quarantine;
import io.dotkv.storage.replica.Replica;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Describes a storage: what it is, what it holds, and which damage it found. */
final class StorageDescriber {
    private StorageDescriber() {}

    static StorageDescription describe(
            @Nullable StorageState state,
            Engine engine,
            StorageSettings settings,
            List<PeerLag> peers,
            StorageDescription.Health health) {
        List<Replica> held = state == null ? List.of() : state.held();
        long logRecords = 0;
        int notVoting = 0;
        for (Replica replica : held) {
            Replica.Reading reading = replica.reading();
            logRecords += reading.logRecords();
            notVoting += reading.voting() ? 0 : 1;
        }
        long keys = Math.max(0, engine.estimateEntries() - logRecords - 3L * held.size() - 1);
        return new StorageDescription(
                state == null ? "" : state.assignment().clusterId(),
                state == null ? "" : state.assignment().node().name(),
                state == null ? 0 : state.assignment().nodeNumber(),
                state == null || state.actor() == null ? 0 : state.actor().boot(),
                engine.name(),
                settings.durability() == StorageSettings.Durability.SYNC ? "sync" : "periodic",
                state == null ? 0 : state.placement(),
                held.size(),
                notVoting,
                keys,
                engine.diskBytes(),
                logRecords,
                peers,
                siblings(held),
                health);
    }

    private static StorageDescription.Siblings siblings(List<Replica> replicas) {
        long conflicts = 0;
        int most = 0;
        long refused = 0;
        for (Replica replica : replicas) {
            conflicts += replica.siblings().conflicts();
            most = Math.max(most, replica.siblings().most());
            refused += replica.siblings().refused();
        }
        return new StorageDescription.Siblings(conflicts, most, refused);
    }

    static StorageDescription.Health health(Quarantine quarantine, Engine engine, String possibleLoss) {
        return new StorageDescription.Health(
                quarantine.size(), quarantine.found(), quarantine.mended(), engine.isDamaged(), possibleLoss);
    }
}
