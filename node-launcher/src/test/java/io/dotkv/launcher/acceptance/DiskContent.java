package io.dotkv.launcher.acceptance;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/**
 * What lies in the files of a storage that is stopped, entry by entry, counted by kind: the third byte of an entry's
 * key, as {@code EngineKeys} of the storage layer says.
 */
final class DiskContent {
    static final int ROW = 1;
    static final int LOG = 2;
    static final int RESIDUAL = 5;

    private final Map<Integer, Long> entries = new TreeMap<>();
    private final Map<Integer, Long> bytes = new TreeMap<>();

    private DiskContent() {}

    static DiskContent of(Path folder, RunningNode stopped) {
        DiskContent content = new DiskContent();
        Path files = folder.resolve(stopped.name()).resolve("storage/rocksdb");
        try (Options options = new Options();
                RocksDB database = RocksDB.openReadOnly(options, files.toString());
                RocksIterator entry = database.newIterator()) {
            for (entry.seekToFirst(); entry.isValid(); entry.next()) {
                int kind = entry.key()[2];
                content.entries.merge(kind, 1L, Long::sum);
                content.bytes.merge(kind, (long) entry.key().length + entry.value().length, Long::sum);
            }
            entry.status();
        } catch (RocksDBException e) {
            throw new IllegalStateException(e);
        }
        return content;
    }

    long entries(int kind) {
        return entries.getOrDefault(kind, 0L);
    }

    long entries() {
        return entries.values().stream().mapToLong(Long::longValue).sum();
    }

    long bytes(int kind) {
        return bytes.getOrDefault(kind, 0L);
    }

    long bytes() {
        return bytes.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Bytes of everything but rows. */
    long besideRows() {
        return bytes() - bytes(ROW);
    }

    @Override
    public String toString() {
        return "entries by kind " + entries + ", bytes by kind " + bytes;
    }
}
