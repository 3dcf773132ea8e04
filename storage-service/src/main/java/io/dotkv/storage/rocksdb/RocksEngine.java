package io.dotkv.storage.rocksdb;

import io.dotkv.storage.engine.Cursor;
import io.dotkv.storage.engine.Engine;
import io.dotkv.storage.engine.EngineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.ReadTier;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;
import org.rocksdb.WriteOptions;

/**
 * RocksDB as an engine: one column family, so that one write-ahead log makes every batch atomic; recovery stops at the
 * first damaged record of the log, so that what is recovered is a prefix of what was written.
 */
public final class RocksEngine implements Engine {
    static {
        RocksDB.loadLibrary();
    }

    private final RocksResources resources;
    private final RocksDB db;
    private final Path directory;
    private final ReadOptions cachedOnly = new ReadOptions().setReadTier(ReadTier.BLOCK_CACHE_TIER);
    private final ReadOptions fromDisk = new ReadOptions();
    private final WriteOptions synced = new WriteOptions().setSync(true);
    private final WriteOptions unsynced = new WriteOptions().setSync(false);

    private RocksEngine(RocksResources resources, RocksDB db, Path directory) {
        this.resources = resources;
        this.db = db;
        this.directory = directory;
    }

    /**
     * Opens the database, or makes a new one.
     *
     * @throws EngineException when another process has it open, or its files are damaged
     */
    public static RocksEngine open(RocksSettings settings) {
        RocksResources resources = RocksResources.of(settings);
        try {
            Files.createDirectories(settings.directory());
            RocksDB db = RocksDB.open(resources.options(), settings.directory().toString());
            return new RocksEngine(resources, db, settings.directory());
        } catch (RocksDBException | IOException e) {
            resources.close();
            throw new EngineException(
                    "cannot open the data in " + settings.directory() + ": " + e.getMessage()
                            + ". If another node uses this folder, stop it or choose another --data.",
                    e);
        }
    }

    @Override
    public String name() {
        return "rocksdb";
    }

    @Override
    public byte @Nullable [] get(byte[] key) {
        return get(fromDisk, key);
    }

    @Override
    public byte @Nullable [] getCached(byte[] key) {
        try {
            return db.get(cachedOnly, key);
        } catch (RocksDBException e) {
            Status status = e.getStatus();
            if (status != null && status.getCode() == Status.Code.Incomplete) {
                return NOT_CACHED;
            }
            throw failed("read", e);
        }
    }

    private byte @Nullable [] get(ReadOptions options, byte[] key) {
        try {
            return db.get(options, key);
        } catch (RocksDBException e) {
            throw failed("read", e);
        }
    }

    @Override
    public Cursor scan(byte[] from, byte[] to) {
        return new RocksCursor(db, null, from, to);
    }

    @Override
    public Batch newBatch() {
        return new RocksBatch();
    }

    @Override
    public void write(Batch batch, boolean sync) {
        try {
            db.write(sync ? synced : unsynced, ((RocksBatch) batch).nativeBatch());
        } catch (RocksDBException e) {
            throw failed("write", e);
        }
    }

    @Override
    public void sync() {
        try {
            db.syncWal();
        } catch (RocksDBException e) {
            throw failed("sync", e);
        }
    }

    @Override
    public Snapshot snapshot() {
        org.rocksdb.Snapshot snapshot = db.getSnapshot();
        ReadOptions options = new ReadOptions().setSnapshot(snapshot);
        return new Snapshot() {
            @Override
            public byte @Nullable [] get(byte[] key) {
                return RocksEngine.this.get(options, key);
            }

            @Override
            public Cursor scan(byte[] from, byte[] to) {
                return new RocksCursor(db, snapshot, from, to);
            }

            @Override
            public void close() {
                options.close();
                db.releaseSnapshot(snapshot);
            }
        };
    }

    @Override
    public long estimateEntries() {
        try {
            return db.getLongProperty("rocksdb.estimate-num-keys");
        } catch (RocksDBException e) {
            throw failed("count", e);
        }
    }

    @Override
    public long diskBytes() {
        try (Stream<Path> files = Files.list(directory)) {
            return files.mapToLong(file -> file.toFile().length()).sum();
        } catch (IOException e) {
            throw new EngineException("cannot list " + directory, e);
        }
    }

    @Override
    public void close() {
        cachedOnly.close();
        fromDisk.close();
        synced.close();
        unsynced.close();
        db.close();
        resources.close();
    }

    private EngineException failed(String what, RocksDBException cause) {
        return new EngineException("cannot " + what + " in " + directory + ": " + cause.getMessage(), cause);
    }
}
