package io.dotkv.storage.replica;

import io.dotkv.storage.engine.Engine;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The id of a storage inside its engine, which shows that the engine's files belong to the identity beside them. */
public final class StorageIds {
    private static final byte[] PLACE = {(byte) 0xff, (byte) 0xff, (byte) 0xff};

    private StorageIds() {}

    /** The id in the engine, or null when the engine is new. */
    public static @Nullable String find(Engine engine) {
        byte[] id = engine.get(PLACE);
        return id == null ? null : new String(id, StandardCharsets.US_ASCII);
    }

    /** Adds the id to a batch. */
    public static void put(Engine.Batch batch, String id) {
        batch.put(PLACE, id.getBytes(StandardCharsets.US_ASCII));
    }
}
