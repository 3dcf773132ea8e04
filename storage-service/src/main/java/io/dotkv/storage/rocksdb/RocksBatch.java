package io.dotkv.storage.rocksdb;

import io.dotkv.storage.engine.Engine;
import io.dotkv.storage.engine.EngineException;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** A batch in RocksDB's own memory. */
final class RocksBatch implements Engine.Batch {
    private final WriteBatch batch = new WriteBatch();

    WriteBatch nativeBatch() {
        return batch;
    }

    @Override
    public void put(byte[] key, byte[] value) {
        try {
            batch.put(key, value);
        } catch (RocksDBException e) {
            throw new EngineException("cannot add to a batch: " + e.getMessage(), e);
        }
    }

    @Override
    public void delete(byte[] key) {
        try {
            batch.delete(key);
        } catch (RocksDBException e) {
            throw new EngineException("cannot add to a batch: " + e.getMessage(), e);
        }
    }

    @Override
    public void deleteRange(byte[] from, byte[] to) {
        try {
            batch.deleteRange(from, to);
        } catch (RocksDBException e) {
            throw new EngineException("cannot add to a batch: " + e.getMessage(), e);
        }
    }

    @Override
    public boolean isEmpty() {
        return batch.count() == 0;
    }

    @Override
    public void close() {
        batch.close();
    }
}
