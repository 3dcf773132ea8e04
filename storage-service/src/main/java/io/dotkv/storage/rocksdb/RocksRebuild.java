package io.dotkv.storage.rocksdb;

import io.dotkv.storage.replica.store.PartitionPieces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.rocksdb.FlushOptions;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.Status;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies what can be read of a database with unreadable parts into a new one, partition by partition, and puts that in
 * its place. A partition of which any piece is unreadable is left out as a whole: under its clock, what is missing
 * would pass for deleted. It is marked so that it begins as a new replica without a vote.
 *
 * <p>The old files are only read, and kept. The new ones count from the moment in which their folder has its name;
 * whatever comes in between is done again by the next start, which still finds the mark.
 */
final class RocksRebuild {
    private static final Logger LOG = LoggerFactory.getLogger(RocksRebuild.class);
    private static final long BATCH_BYTES = 1 << 20;
    private static final int PROGRESS_PARTITIONS = 32;

    private final Options options;
    private final Path directory;
    private final Path rebuilt;
    private final List<Integer> leftOut = new ArrayList<>();
    private int copied;
    private long bytes;

    RocksRebuild(Options options, Path directory) {
        this.options = options;
        this.directory = directory;
        this.rebuilt = directory.resolveSibling(directory.getFileName() + ".rebuilt");
    }

    /** @throws RocksDBException when the old files cannot be opened at all, or the new ones not be written */
    void run() throws IOException, RocksDBException {
        if (Files.exists(directory)) {
            LOG.warn("Some files in {} are corrupt; rebuilding.", directory);
            delete(rebuilt);
            copy();
            Path aside = aside();
            syncParent();
            Files.move(directory, aside, StandardCopyOption.ATOMIC_MOVE);
            syncParent();
            LOG.warn(
                    "{} partitions were copied ({} bytes), {} were left out and are fetched from other "
                            + "nodes: {}. The old files are kept in {} until you delete them.",
                    copied,
                    bytes,
                    leftOut.size(),
                    leftOut,
                    aside);
        }
        if (Files.exists(rebuilt)) {
            Files.move(rebuilt, directory, StandardCopyOption.ATOMIC_MOVE);
            syncParent();
        }
        DamageMark.of(directory).clear();
    }

    private void syncParent() throws IOException {
        DamageMark.sync(directory.toAbsolutePath().resolveSibling(""), StandardOpenOption.READ);
    }

    private void copy() throws RocksDBException {
        try (RocksDB from = RocksDB.openReadOnly(options, directory.toString());
                RocksDB to = RocksDB.open(options, rebuilt.toString());
                FlushOptions waiting = new FlushOptions().setWaitForFlush(true)) {
            for (int number = 0; number < PartitionPieces.OF_STORAGE; number++) {
                copyPartition(from, to, number);
            }
            copyOfStorage(from, to);
            to.flush(waiting);
            to.syncWal();
        }
    }

    private void copyPartition(RocksDB from, RocksDB to, int number) throws RocksDBException {
        PartitionPieces pieces = new PartitionPieces(number);
        try {
            if (from.get(pieces.replicaId()) == null) {
                return;
            }
            copy(from, to, pieces);
            if (++copied % PROGRESS_PARTITIONS == 0) {
                LOG.info("{} partitions copied, {} bytes; at partition {}.", copied, bytes, number);
            }
        } catch (RocksDBException e) {
            leaveOut(e, to, pieces);
            leftOut.add(number);
        }
    }

    private static void leaveOut(RocksDBException damage, RocksDB to, PartitionPieces pieces) throws RocksDBException {
        if (RocksFailures.codeOf(damage) != Status.Code.Corruption) {
            throw damage;
        }
        to.deleteRange(pieces.from(), pieces.to());
        to.put(pieces.catchingUp(), PartitionPieces.leftOut());
    }

    /** Without it the storage takes its disk for a new one, and all of its replicas catch up before they vote. */
    private void copyOfStorage(RocksDB from, RocksDB to) throws RocksDBException {
        PartitionPieces pieces = new PartitionPieces(PartitionPieces.OF_STORAGE);
        try {
            copy(from, to, pieces);
        } catch (RocksDBException e) {
            leaveOut(e, to, pieces);
            LOG.warn("The id of the storage is unreadable: all partitions catch up before they vote.");
        }
    }

    private void copy(RocksDB from, RocksDB to, PartitionPieces pieces) throws RocksDBException {
        try (Slice bound = new Slice(pieces.to());
                ReadOptions reading =
                        new ReadOptions().setIterateUpperBound(bound).setFillCache(false);
                WriteOptions writing = new WriteOptions();
                WriteBatch batch = new WriteBatch();
                RocksIterator iterator = from.newIterator(reading)) {
            for (iterator.seek(pieces.from()); iterator.isValid(); iterator.next()) {
                batch.put(iterator.key(), iterator.value());
                if (batch.getDataSize() >= BATCH_BYTES) {
                    bytes += batch.getDataSize();
                    to.write(writing, batch);
                    batch.clear();
                }
            }
            iterator.status();
            bytes += batch.getDataSize();
            to.write(writing, batch);
        }
    }

    /** A name that is not taken. */
    private Path aside() {
        int number = 1;
        Path aside;
        do {
            aside = directory.resolveSibling(directory.getFileName() + ".damaged-" + number++);
        } while (Files.exists(aside));
        return aside;
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
