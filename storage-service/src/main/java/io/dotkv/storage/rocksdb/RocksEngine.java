package io.dotkv.storage.rocksdb;

import io.dotkv.kernel.system.PrivateFiles;
import io.dotkv.storage.engine.Cursor;
import io.dotkv.storage.engine.Engine;
import io.dotkv.storage.engine.EngineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.rocksdb.Checkpoint;
import org.rocksdb.MutableColumnFamilyOptions;
import org.rocksdb.ReadOptions;
import org.rocksdb.ReadTier;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * RocksDB as an engine: one column family, so that one write-ahead log makes every batch atomic; recovery stops at the
 * first damaged record of the log, so that what is recovered is a prefix of what was written.
 */
public final class RocksEngine implements Engine {
    private static final Logger LOG = LoggerFactory.getLogger(RocksEngine.class);
    private static final long CLOSE_MILLIS = 10_000;

    private final RocksResources resources;
    private final RocksDB db;
    private final Path directory;
    private final DamageMark mark;
    private final NativeUse use = new NativeUse();
    private final ReadOptions cachedOnly = new ReadOptions().setReadTier(ReadTier.BLOCK_CACHE_TIER);
    private final ReadOptions fromDisk = new ReadOptions();
    private final WriteOptions synced = new WriteOptions().setSync(true);
    private final WriteOptions unsynced = new WriteOptions().setSync(false);

    RocksEngine(RocksResources resources, RocksDB db, Path directory) {
        this.resources = resources;
        this.db = db;
        this.directory = directory;
        this.mark = DamageMark.of(directory, this::stopCompactions);
    }

    /**
     * Opens the database, or makes a new one. Rebuilds it first when a part of it was found to be unreadable.
     *
     * @throws EngineException when another process has it open, its files are damaged, or RocksDB's library cannot be
     *     loaded
     */
    public static RocksEngine open(RocksSettings settings) {
        RocksLibrary.load(settings.directory().resolveSibling("native"));
        RocksResources resources = RocksResources.of(settings);
        try {
            if (DamageMark.of(settings.directory()).isSet()) {
                new RocksRebuild(resources.options(), settings.directory()).run();
            }
            PrivateFiles.createFolders(settings.directory());
            RocksDB db = RocksDB.open(resources.options(), settings.directory().toString());
            return new RocksEngine(resources, db, settings.directory());
        } catch (RocksDBException | IOException e) {
            resources.close();
            throw RocksFailures.ofOpening(settings.directory(), e);
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
        use.enter();
        try {
            return db.get(cachedOnly, key);
        } catch (RocksDBException e) {
            if (RocksFailures.codeOf(e) == Status.Code.Incomplete) {
                return NOT_CACHED;
            }
            throw failed("read", e);
        } finally {
            use.leave();
        }
    }

    private byte @Nullable [] get(ReadOptions options, byte[] key) {
        use.enter();
        try {
            return db.get(options, key);
        } catch (RocksDBException e) {
            throw failed("read", e);
        } finally {
            use.leave();
        }
    }

    @Override
    public Cursor scan(byte[] from, byte[] to) {
        return new RocksCursor(use, db, mark, new ReadOptions(), from, to);
    }

    @Override
    public Batch newBatch() {
        return new RocksBatch();
    }

    @Override
    public void write(Batch batch, boolean sync) {
        use.enter();
        try (WriteBatch whole = ((RocksBatch) batch).toNative()) {
            db.write(sync ? synced : unsynced, whole);
        } catch (RocksDBException e) {
            throw failed("write", e);
        } finally {
            use.leave();
        }
    }

    @Override
    public void sync() {
        use.enter();
        try {
            db.syncWal();
        } catch (RocksDBException e) {
            throw failed("sync", e);
        } finally {
            use.leave();
        }
    }

    @Override
    public Snapshot snapshot() {
        use.enter();
        return new RocksSnapshot(db.getSnapshot());
    }

    private final class RocksSnapshot implements Snapshot {
        private final org.rocksdb.Snapshot snapshot;
        private final ReadOptions options;
        private boolean closed;

        RocksSnapshot(org.rocksdb.Snapshot snapshot) {
            this.snapshot = snapshot;
            this.options = new ReadOptions().setSnapshot(snapshot);
        }

        @Override
        public byte @Nullable [] get(byte[] key) {
            return RocksEngine.this.get(options, key);
        }

        @Override
        public Cursor scan(byte[] from, byte[] to) {
            return new RocksCursor(use, db, mark, new ReadOptions().setSnapshot(snapshot), from, to);
        }

        @Override
        public synchronized void close() {
            if (!closed) {
                closed = true;
                options.close();
                db.releaseSnapshot(snapshot);
                use.leave();
            }
        }
    }

    @Override
    public boolean isStalled() {
        use.enter();
        try {
            // RocksDB tells listeners of a stop only when it is over, since the thread that would tell them waits.
            return db.getLongProperty("rocksdb.is-write-stopped") != 0;
        } catch (RocksDBException e) {
            throw failed("look at", e);
        } finally {
            use.leave();
        }
    }

    @Override
    public long estimateEntries() {
        use.enter();
        try {
            return db.getLongProperty("rocksdb.estimate-num-keys");
        } catch (RocksDBException e) {
            throw failed("count", e);
        } finally {
            use.leave();
        }
    }

    @Override
    public boolean isDamaged() {
        return mark.isSet();
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
    public String keepCopy() {
        Path copy = directory.resolveSibling(directory.getFileName() + "-of-the-past");
        use.enter();
        try (Checkpoint checkpoint = Checkpoint.create(db)) {
            if (Files.exists(copy)) {
                return "a copy of the data of another time is kept in " + copy + " already";
            }
            checkpoint.createCheckpoint(copy.toString());
            return "a copy of all data as it was is kept in " + copy + " until somebody deletes it";
        } catch (RocksDBException e) {
            throw failed("keep a copy", e);
        } finally {
            use.leave();
        }
    }

    @Override
    public void close() {
        if (!use.end(CLOSE_MILLIS)) {
            LOG.warn("the data in {} is still in use or already closed; not closed now, released at exit", directory);
            return;
        }
        cachedOnly.close();
        fromDisk.close();
        synced.close();
        unsynced.close();
        db.close();
        resources.close();
    }

    /**
     * A compaction that meets an unreadable block ends all writes. Without compactions the database takes writes until
     * it is opened again and rebuilt; RocksDB does not stall writes for the number of files then.
     */
    private void stopCompactions() {
        try {
            db.setOptions(MutableColumnFamilyOptions.builder()
                    .setDisableAutoCompactions(true)
                    .build());
        } catch (RocksDBException e) {
            LOG.warn("Compactions in {} cannot be stopped; one that reads corrupt data ends all writes.", directory, e);
        }
    }

    private EngineException failed(String what, RocksDBException cause) {
        return mark.noted(RocksFailures.of("cannot " + what + " in " + directory, cause));
    }
}
