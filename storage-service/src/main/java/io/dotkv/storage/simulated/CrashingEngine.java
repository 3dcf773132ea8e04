package io.dotkv.storage.simulated;

import io.dotkv.storage.engine.Cursor;
import io.dotkv.storage.engine.Engine;
import io.dotkv.storage.engine.MemoryEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A memory engine that forgets what was not synced when it crashes: a restart gives the synced state and some prefix of
 * the batches written since. One thread.
 */
public final class CrashingEngine implements Engine {
    private final MemoryEngine now = new MemoryEngine();
    private final MemoryEngine synced = new MemoryEngine();
    private final List<RecordedBatch> unsynced = new ArrayList<>();

    private long reads;

    /** How many values were looked up. */
    public long reads() {
        return reads;
    }

    /** How many batches a crash may drop. */
    public int unsyncedBatches() {
        return unsynced.size();
    }

    /** The engine as it is found after a crash that spared so many of the batches that were not synced. */
    public CrashingEngine crash(int spared) {
        CrashingEngine found = copyOfSynced();
        for (RecordedBatch batch : unsynced.subList(0, spared)) {
            found.write(batch, true);
        }
        return found;
    }

    /**
     * A crash that tears a batch apart, which no engine may do: of the batch after the spared ones, only these changes.
     */
    public CrashingEngine crashTorn(int spared, int changesSpared) {
        CrashingEngine found = crash(spared);
        if (spared < unsynced.size()) {
            RecordedBatch torn = new RecordedBatch();
            List<Consumer<Batch>> changes = unsynced.get(spared).changes;
            torn.changes.addAll(changes.subList(0, Math.min(changesSpared, changes.size())));
            found.write(torn, true);
        }
        return found;
    }

    private CrashingEngine copyOfSynced() {
        CrashingEngine copy = new CrashingEngine();
        RecordedBatch everything = new RecordedBatch();
        try (Cursor cursor = synced.scan(new byte[0], new byte[] {-1, -1, -1, -1})) {
            while (cursor.next()) {
                everything.put(cursor.key(), cursor.value());
            }
        }
        copy.write(everything, true);
        return copy;
    }

    @Override
    public void write(Batch batch, boolean sync) {
        RecordedBatch recorded = (RecordedBatch) batch;
        carryOut(recorded, now);
        unsynced.add(recorded);
        if (sync) {
            sync();
        }
    }

    @Override
    public void sync() {
        unsynced.forEach(batch -> carryOut(batch, synced));
        unsynced.clear();
    }

    private static void carryOut(RecordedBatch recorded, Engine engine) {
        try (Batch batch = engine.newBatch()) {
            recorded.changes.forEach(change -> change.accept(batch));
            engine.write(batch, true);
        }
    }

    @Override
    public String name() {
        return "crashing";
    }

    @Override
    public byte @Nullable [] get(byte[] key) {
        reads++;
        return now.get(key);
    }

    @Override
    public byte @Nullable [] getCached(byte[] key) {
        return now.get(key);
    }

    @Override
    public Cursor scan(byte[] from, byte[] to) {
        return now.scan(from, to);
    }

    @Override
    public Snapshot snapshot() {
        return now.snapshot();
    }

    @Override
    public Batch newBatch() {
        return new RecordedBatch();
    }

    @Override
    public boolean isStalled() {
        return now.isStalled();
    }

    @Override
    public long estimateEntries() {
        return now.estimateEntries();
    }

    @Override
    public long diskBytes() {
        return 0;
    }

    @Override
    public void close() {}

    private static final class RecordedBatch implements Batch {
        private final List<Consumer<Batch>> changes = new ArrayList<>();

        @Override
        public void put(byte[] key, byte[] value) {
            changes.add(batch -> batch.put(key, value));
        }

        @Override
        public void delete(byte[] key) {
            changes.add(batch -> batch.delete(key));
        }

        @Override
        public void deleteRange(byte[] from, byte[] to) {
            changes.add(batch -> batch.deleteRange(from, to));
        }

        @Override
        public boolean isEmpty() {
            return changes.isEmpty();
        }

        @Override
        public void close() {}
    }
}
