package io.dotkv.storage;

import io.dotkv.storage.engine.Cursor;
import io.dotkv.storage.engine.Engine;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Counts the snapshots of an engine that nobody has closed. */
final class CountedSnapshots {
    private final AtomicInteger open = new AtomicInteger();

    int open() {
        return open.get();
    }

    Engine around(Engine engine) {
        return new Engine() {
            @Override
            public Snapshot snapshot() {
                open.incrementAndGet();
                return counted(engine.snapshot());
            }

            @Override
            public String name() {
                return engine.name();
            }

            @Override
            public byte @Nullable [] get(byte[] key) {
                return engine.get(key);
            }

            @Override
            public byte @Nullable [] getCached(byte[] key) {
                return engine.getCached(key);
            }

            @Override
            public Cursor scan(byte[] from, byte[] to) {
                return engine.scan(from, to);
            }

            @Override
            public Batch newBatch() {
                return engine.newBatch();
            }

            @Override
            public void write(Batch batch, boolean sync) {
                engine.write(batch, sync);
            }

            @Override
            public void sync() {
                engine.sync();
            }

            @Override
            public boolean isStalled() {
                return engine.isStalled();
            }

            @Override
            public long estimateEntries() {
                return engine.estimateEntries();
            }

            @Override
            public long diskBytes() {
                return engine.diskBytes();
            }

            @Override
            public void close() {
                engine.close();
            }
        };
    }

    private Engine.Snapshot counted(Engine.Snapshot snapshot) {
        return new Engine.Snapshot() {
            @Override
            public byte @Nullable [] get(byte[] key) {
                return snapshot.get(key);
            }

            @Override
            public Cursor scan(byte[] from, byte[] to) {
                return snapshot.scan(from, to);
            }

            @Override
            public void close() {
                open.decrementAndGet();
                snapshot.close();
            }
        };
    }
}
