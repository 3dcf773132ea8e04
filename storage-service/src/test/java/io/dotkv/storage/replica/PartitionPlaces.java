package io.dotkv.storage.replica;

import io.dotkv.kernel.Key;
import io.dotkv.kernel.PartitionId;
import io.dotkv.storage.replica.store.EngineKeys;

/** Where rows lie in the engine, for tests that damage them. */
public final class PartitionPlaces {
    private PartitionPlaces() {}

    public static byte[] row(PartitionId partition, Key key) {
        return new EngineKeys(partition).row(key);
    }
}
