package io.dotkv.storage.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dotkv.storage.engine.Cursor;
import io.dotkv.storage.engine.DamagedDataException;
import io.dotkv.storage.engine.Engine;
import io.dotkv.storage.engine.EngineContract;
import io.dotkv.storage.engine.EngineException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

@Tag("integration")
class RocksEngineTest extends EngineContract {
    @TempDir
    private Path folder;

    private final List<Engine> opened = new ArrayList<>();

    @Override
    protected Engine open() {
        Engine engine = RocksEngine.open(RocksSettings.in(folder.resolve("engine")));
        opened.add(engine);
        return engine;
    }

    @AfterEach
    void close() {
        opened.forEach(Engine::close);
    }

    private void closeNow(Engine engine) {
        opened.remove(engine);
        engine.close();
    }

    @Test
    void aStopOfAllWritesIsKnownWhileItLastsAndMemtablesNeverTakeMoreThanTheirShare() throws Exception {
        RocksSettings small =
                new RocksSettings(folder.resolve("small"), 1 << 20, 1 << 20, RocksSettings.Compression.NONE);
        Files.createDirectories(small.directory());
        Engine loaded = open();
        RocksResources resources = RocksResources.of(small);
        RocksDB db = RocksDB.open(resources.options(), small.directory().toString());
        RocksEngine engine = new RocksEngine(resources, db, small.directory());
        opened.add(engine);
        assertThat(engine.isStalled()).isFalse();
        db.pauseBackgroundWork();
        Thread writer = Thread.ofPlatform().daemon().start(() -> {
            for (int number = 0; number < 400; number++) {
                String key = "key-" + number;
                write(engine, batch -> batch.put(key(key), new byte[10_000]));
            }
        });
        await(engine::isStalled);
        assertThat(db.getLongProperty("rocksdb.cur-size-all-mem-tables")).isLessThan(2 << 20);
        db.continueBackgroundWork();
        writer.join();
        await(() -> !engine.isStalled());
        assertThat(loaded.isStalled()).isFalse();
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + 30_000_000_000L;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
            LockSupport.parkNanos(2_000_000);
        }
    }

    @Test
    void everythingIsThereAfterItWasOpenedAgain() {
        Engine engine = filled("a", "b", "c");
        write(engine, batch -> batch.deleteRange(key("b"), key("c")));
        closeNow(engine);
        assertThat(all(open())).containsExactly("a=a", "c=c");
    }

    @Test
    void aSyncedBatchIsInACopyOfTheFilesOfTheRunningEngine() throws IOException {
        Engine engine = open();
        write(engine, true, batch -> batch.put(key("a"), value("1")));
        write(engine, false, batch -> batch.put(key("b"), value("2")));
        engine.sync();
        Path copy = folder.resolve("copy");
        copy(folder.resolve("engine"), copy);
        try (Engine copied = RocksEngine.open(RocksSettings.in(copy))) {
            assertThat(all(copied)).containsExactly("a=1", "b=2");
        }
    }

    @Test
    void aCutLogGivesAPrefixOfTheBatches() throws IOException {
        Engine engine = open();
        for (int round = 0; round < 50; round++) {
            String name = String.format("k%02d", round);
            write(engine, batch -> {
                batch.put(key(name), value("1"));
                batch.put(key(name + "x"), value("2"));
            });
        }
        Path copy = folder.resolve("copy");
        copy(folder.resolve("engine"), copy);
        Path log = onlyFile(copy, ".log");
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "rw")) {
            file.setLength(file.length() / 2);
        }
        try (Engine cut = RocksEngine.open(RocksSettings.in(copy))) {
            List<String> kept = all(cut);
            assertThat(kept).hasSizeBetween(2, 98).hasSize(kept.size() / 2 * 2);
            assertThat(all(engine)).startsWith(kept.toArray(new String[0]));
        }
    }

    @Test
    void aFolderInUseIsRefusedWithASentence() {
        open();
        assertThatThrownBy(this::open)
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("another process uses it")
                .hasMessageContaining(folder.toString());
    }

    @Test
    void aMissingPermissionUnderAPathWithTheWordLockIsNotTakenForAFolderInUse() {
        Path directory = Path.of("/data/blocks/lock/rocksdb");
        String denied = "While open a file for lock: " + directory + "/LOCK: Permission denied";
        assertThat(RocksFailures.ofOpening(directory, new RocksDBException(denied)))
                .hasMessageContaining("Permission denied")
                .hasMessageNotContaining("another process uses it");
        String inUse = "While lock file: " + directory + "/LOCK: Resource temporarily unavailable";
        assertThat(RocksFailures.ofOpening(directory, new RocksDBException(inUse)))
                .hasMessageContaining("another process uses it");
    }

    @Test
    void theNativeLibraryIsUnpackedOnceAndUnpackedAgainOnlyWhenItIsDamaged() throws IOException {
        Path kept = RocksLibrary.kept(folder.resolve("native"));
        Path library = onlyFile(kept, ".so");
        long made = Files.getLastModifiedTime(library).toMillis();
        byte[] content = Files.readAllBytes(library);
        RocksLibrary.kept(folder.resolve("native"));
        assertThat(Files.getLastModifiedTime(library).toMillis()).isEqualTo(made);
        byte[] damaged = content.clone();
        damaged[content.length / 2] ^= 1;
        for (byte[] bad : List.of(damaged, new byte[0], Arrays.copyOf(content, 1000))) {
            Files.write(library, bad);
            RocksLibrary.kept(folder.resolve("native"));
            assertThat(Arrays.equals(Files.readAllBytes(library), content)).isTrue();
        }
        try (Stream<Path> files = Files.list(kept)) {
            assertThat(files).containsExactly(library);
        }
    }

    @Test
    void damagedFilesAreRefusedWithASentence() throws IOException {
        closeNow(filled("a"));
        Path manifest = onlyFile(folder.resolve("engine"), "MANIFEST");
        byte[] bytes = Files.readAllBytes(manifest);
        bytes[bytes.length / 2] ^= 0x55;
        Files.write(manifest, bytes);
        assertThatThrownBy(this::open)
                .isInstanceOf(DamagedDataException.class)
                .hasMessageContaining("its files are damaged")
                .hasMessageContaining("Move that folder away");
    }

    @Test
    void aFolderThatCannotBeMadeIsRefusedWithASentence() throws IOException {
        Files.write(folder.resolve("engine"), new byte[] {1});
        assertThatThrownBy(this::open)
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("cannot open the data in");
    }

    @Test
    void whatLiesOnTheDiskAloneIsNotCached() {
        closeNow(filled("a"));
        Engine engine = open();
        assertThat(Engine.isNotCached(engine.getCached(key("a")))).isTrue();
        assertThat(engine.get(key("a"))).isEqualTo(value("a"));
        assertThat(engine.getCached(key("a"))).isEqualTo(value("a"));
    }

    @Test
    void aDamagedBlockIsAnErrorAndNeverAbsence() throws IOException {
        closeNow(filled("a", "b"));
        closeNow(open());
        flip(onlyFile(folder.resolve("engine"), ".sst"), 10);
        Engine engine = open();
        assertThatThrownBy(() -> engine.get(key("a"))).isInstanceOf(DamagedDataException.class);
        try (Cursor cursor = engine.scan(key("a"), key("z"))) {
            assertThatThrownBy(cursor::next).isInstanceOf(DamagedDataException.class);
        }
    }

    @Test
    void aClosedEngineRefusesEveryCall() {
        Engine engine = filled("a");
        closeNow(engine);
        engine.close();
        assertThatThrownBy(() -> engine.get(key("a"))).isInstanceOf(EngineException.class);
        assertThatThrownBy(() -> engine.getCached(key("a"))).isInstanceOf(EngineException.class);
        assertThatThrownBy(() -> engine.scan(key("a"), key("b"))).isInstanceOf(EngineException.class);
        assertThatThrownBy(engine::snapshot).isInstanceOf(EngineException.class);
        assertThatThrownBy(engine::sync).isInstanceOf(EngineException.class);
        assertThatThrownBy(() -> write(engine, batch -> batch.put(key("a"), value("1"))))
                .isInstanceOf(EngineException.class);
    }

    @Test
    void closingWaitsForSnapshotsAndCursors() throws InterruptedException {
        Engine engine = filled("a");
        Engine.Snapshot snapshot = engine.snapshot();
        Cursor cursor = engine.scan(key("a"), key("z"));
        Thread closing = new Thread(() -> closeNow(engine));
        closing.start();
        while (!isRefused(engine)) {
            Thread.onSpinWait();
        }
        assertThat(cursor.next()).isTrue();
        cursor.close();
        cursor.close();
        assertThat(closing.isAlive()).isTrue();
        snapshot.close();
        snapshot.close();
        closing.join();
        assertThat(all(open())).containsExactly("a=a");
    }

    private static boolean isRefused(Engine engine) {
        try {
            engine.get(key("a"));
            return false;
        } catch (EngineException e) {
            return true;
        }
    }

    private static void flip(Path file, long at) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[(int) at] ^= 1;
        Files.write(file, bytes);
    }

    private static Path onlyFile(Path folder, String part) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> found = files.filter(
                            file -> file.getFileName().toString().contains(part))
                    .toList();
            assertThat(found).hasSize(1);
            return found.getFirst();
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            files.filter(file -> !file.getFileName().toString().equals("LOCK")).forEach(file -> {
                try {
                    Files.copy(file, to.resolve(file.getFileName()));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
