/**
 * The engine on disk: {@link io.dotkv.storage.rocksdb.RocksEngine}, opened by
 * {@link io.dotkv.storage.rocksdb.RocksSettings}. {@code RocksResources} turns those into RocksDB's options,
 * {@code RocksFailures} its errors into the engine's, and {@code DamageMark} remembers that a part cannot be read, and
 * {@code RocksRebuild} then copies the rest at the next start. {@code NativeUse} sees to it that nobody calls into
 * memory that was freed.
 */
@NullMarked
package io.dotkv.storage.rocksdb;

import org.jspecify.annotations.NullMarked;
