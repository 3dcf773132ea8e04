package io.dotkv.storage.rocksdb;

import io.dotkv.storage.engine.Cursor;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;

/** A RocksDB iterator between two keys. */
final class RocksCursor implements Cursor {
    private final NativeUse use;
    private final Slice bound;
    private final ReadOptions options;
    private final RocksIterator iterator;
    private final byte[] from;
    private final DamageMark mark;
    private boolean begun;
    private boolean closed;

    /** @param options of the view to walk over; closed with the cursor */
    RocksCursor(NativeUse use, RocksDB db, DamageMark mark, ReadOptions options, byte[] from, byte[] to) {
        this.mark = mark;
        use.enter();
        this.use = use;
        this.from = from;
        this.bound = new Slice(to);
        this.options = options.setIterateUpperBound(bound);
        this.iterator = db.newIterator(options);
    }

    @Override
    public boolean next() {
        if (!begun) {
            return seek(from);
        }
        if (iterator.isValid()) {
            iterator.next();
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
            throw mark.noted(RocksFailures.of("cannot scan", e));
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
        if (!closed) {
            closed = true;
            iterator.close();
            options.close();
            bound.close();
            use.leave();
        }
    }
}
