package io.dotkv.storage.rocksdb;

import java.nio.file.Path;

/**
 * How RocksDB is opened.
 *
 * @param directory where its files are; made when it is missing
 * @param blockCacheBytes memory for blocks, indexes and filters; more saves disk reads. Default 64 MiB
 * @param memtableBytes memory for writes not yet in a file, all tables together; more makes fewer, larger files and a
 *     longer log to replay at start. Default 64 MiB
 * @param maxOpenFiles how many of its files it keeps open at a time; more saves opening them. Default 512
 * @param compression {@code none}, {@code lz4} (default) or {@code zstd}: smaller files for more CPU in the background
 */
public record RocksSettings(
        Path directory, long blockCacheBytes, long memtableBytes, int maxOpenFiles, Compression compression) {
    private static final int MAX_OPEN_FILES = 512;

    /** How blocks are compressed. */
    public enum Compression {
        NONE,
        LZ4,
        ZSTD
    }

    /** With as many open files as is the default. */
    public RocksSettings(Path directory, long blockCacheBytes, long memtableBytes, Compression compression) {
        this(directory, blockCacheBytes, memtableBytes, MAX_OPEN_FILES, compression);
    }

    /** The defaults. */
    public static RocksSettings in(Path directory) {
        return new RocksSettings(directory, 64L << 20, 64L << 20, Compression.LZ4);
    }
}
