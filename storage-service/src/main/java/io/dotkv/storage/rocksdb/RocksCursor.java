package io.dotkv.storage.rocksdb;

import io.dotkv.storage.engine.Cursor;
import io.dotkv.storage.engine.EngineException;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.Snapshot;

/** A RocksDB iterator between two keys. */
final class RocksCursor implements Cursor {
    private final Slice bound;
    private final ReadOptions options;
    private final RocksIterator iterator;
    private final byte[] from;
    private boolean begun;

    RocksCursor(RocksDB db, @Nullable Snapshot snapshot, byte[] from, byte[] to) {
        this.from = from;
        this.bound = new Slice(to);
        this.options = new ReadOptions().setIterateUpperBound(bound);
        if (snapshot != null) {
            options.setSnapshot(snapshot);
        }
        this.iterator = db.newIterator(options);
    }

    @Override
    public boolean next() {
        if (begun) {
            iterator.next();
        } else {
            begun = true;
            iterator.seek(from);
        }
        return isAtKey();
    }

    @Override
    public boolean seek(byte[] key) {
        begun = true;
        iterator.seek(key);
        return isAtKey();
    }

    private boolean isAtKey() {
        if (iterator.isValid()) {
            return true;
        }
        try {
            iterator.status();
            return false;
        } catch (RocksDBException e) {
            throw new EngineException("cannot scan: " + e.getMessage(), e);
        }
    }

    @Override
    public byte[] key() {
        return iterator.key();
    }

    @Override
    public byte[] value() {
        return iterator.value();
    }

    @Override
    public void close() {
        iterator.close();
        options.close();
        bound.close();
    }
}
