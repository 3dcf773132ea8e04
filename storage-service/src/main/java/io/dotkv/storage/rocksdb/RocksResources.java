package io.dotkv.storage.rocksdb;

import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.CompressionType;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.WALRecoveryMode;
import org.rocksdb.WriteBufferManager;

/** The native objects that an open database stands on, closed after it. */
record RocksResources(Options options, BloomFilter filter, Cache cache, WriteBufferManager writeBuffers)
        implements AutoCloseable {
    private static final int BLOOM_BITS_PER_KEY = 10;
    private static final int LEVEL_SIZE_FACTOR = 4;
    /** So much of a memtable for a filter of its keys: a search for a key that is not there then costs no walk. */
    private static final double MEMTABLE_BLOOM_SHARE = 0.02;

    static RocksResources of(RocksSettings settings) {
        // Memtables are charged to the cache, so that one number bounds both; it must have room for them beside the
        // blocks.
        Cache cache = new LRUCache(settings.blockCacheBytes() + settings.memtableBytes());
        BloomFilter filter = new BloomFilter(BLOOM_BITS_PER_KEY);
        WriteBufferManager writeBuffers = new WriteBufferManager(settings.memtableBytes(), cache);
        BlockBasedTableConfig table = new BlockBasedTableConfig()
                .setBlockCache(cache)
                .setFilterPolicy(filter)
                .setCacheIndexAndFilterBlocks(true)
                .setPinL0FilterAndIndexBlocksInCache(true)
                .setFormatVersion(6);
        Options options = new Options()
                .setCreateIfMissing(true)
                .setWalRecoveryMode(WALRecoveryMode.PointInTimeRecovery)
                .setWriteBufferManager(writeBuffers)
                // Two memtables at the most: one that is written to and one that is flushed. With both full, writes
                // wait.
                .setWriteBufferSize(settings.memtableBytes() / 2)
                .setMaxWriteBufferNumber(2)
                .setMemtablePrefixBloomSizeRatio(MEMTABLE_BLOOM_SHARE)
                .setMemtableWholeKeyFiltering(true)
                .setMaxBackgroundJobs(2)
                .setCompressionType(typeOf(settings.compression()))
                .setTargetFileSizeBase(settings.memtableBytes())
                .setMaxBytesForLevelBase(LEVEL_SIZE_FACTOR * settings.memtableBytes())
                .setLevelCompactionDynamicLevelBytes(true)
                .setBytesPerSync(1 << 20)
                .setMaxTotalWalSize(2 * settings.memtableBytes())
                .setKeepLogFileNum(2)
                .setMaxLogFileSize(4 << 20)
                .setMaxOpenFiles(settings.maxOpenFiles())
                .setLevel0FileNumCompactionTrigger(8)
                .setLevel0SlowdownWritesTrigger(24)
                .setLevel0StopWritesTrigger(36)
                .setTableFormatConfig(table);
        return new RocksResources(options, filter, cache, writeBuffers);
    }

    private static CompressionType typeOf(RocksSettings.Compression compression) {
        return switch (compression) {
            case NONE -> CompressionType.NO_COMPRESSION;
            case LZ4 -> CompressionType.LZ4_COMPRESSION;
            case ZSTD -> CompressionType.ZSTD_COMPRESSION;
        };
    }

    @Override
    public void close() {
        options.close();
        writeBuffers.close();
        filter.close();
        cache.close();
    }
}
