package io.dotkv.storage.replica.store;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.encoding.ByteReader;
import io.dotkv.kernel.encoding.ByteWriter;
import io.dotkv.kernel.encoding.MalformedException;
import io.dotkv.storage.engine.Engine;
import io.dotkv.storage.engine.EngineException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What an engine holds of the storage as a whole, which shows that its files belong to the identity beside them and are
 * as new: the storage's id, and its age. A storage ages by one at every start and every clean stop, and every minute
 * between; the engine is told before the identity, so an engine that is younger than its identity was put back from a
 * copy.
 *
 * @param id random, made once
 * @param age how often it has aged
 */
public record StorageRecord(String id, long age) {
    private static final byte[] PLACE = {(byte) 0xff, (byte) 0xff, (byte) 0xff};

    /**
     * What is in the engine, or empty when the engine is new.
     *
     * @throws EngineException when it cannot be understood
     */
    public static Optional<StorageRecord> find(Engine engine) {
        byte[] record = engine.get(PLACE);
        if (record == null) {
            return Optional.empty();
        }
        try {
            ByteReader reader = ByteReader.checked(record);
            String id = new String(reader.readBytes().array(), StandardCharsets.US_ASCII);
            long age = reader.readVarint();
            reader.expectEnd();
            return Optional.of(new StorageRecord(id, age));
        } catch (MalformedException e) {
            throw new EngineException(
                    "cannot read the identity of the data: " + e.getMessage()
                            + ". Move the node's data folder away; it then fills an empty one from its peers",
                    e);
        }
    }

    /** Puts it into the engine, durably. */
    public void write(Engine engine) {
        ByteWriter writer = new ByteWriter(48);
        writer.writeBytes(Bytes.utf8(id));
        writer.writeVarint(age);
        writer.writeChecksum();
        try (Engine.Batch batch = engine.newBatch()) {
            batch.put(PLACE, writer.toByteArray());
            engine.write(batch, true);
        }
    }
}
