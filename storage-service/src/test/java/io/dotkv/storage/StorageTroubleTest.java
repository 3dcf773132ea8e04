package io.dotkv.storage;

import static io.dotkv.storage.StorageRig.await;
import static io.dotkv.storage.StorageRig.done;
import static io.dotkv.storage.StorageRig.putting;
import static io.dotkv.storage.StorageRig.reading;
import static io.dotkv.storage.StorageRig.refusal;
import static io.dotkv.storage.StorageRig.soon;
import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Delta;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.ports.SeededRandom;
import io.dotkv.kernel.testkit.Samples;
import io.dotkv.storage.engine.ScriptedEngine;
import io.dotkv.storage.local.LocalStorage;
import io.dotkv.storage.local.StorageSettings;
import io.dotkv.storage.replica.KeyLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Engines that fail, disks that damage rows, queues that fill, and a stop in the middle of everything. */
@Tag("integration")
class StorageTroubleTest {
    @TempDir
    private Path folder;

    private final AtomicReference<ScriptedEngine> engine = new AtomicReference<>();
    private StorageRig ann = new StorageRig(Path.of("unset"), 1);

    @BeforeEach
    void start() {
        ann = new StorageRig(folder, 1).around(inner -> {
            ScriptedEngine scripted = new ScriptedEngine(inner);
            engine.set(scripted);
            return scripted;
        });
        ann.start();
    }

    @AfterEach
    void stop() {
        ann.close();
    }

    @Test
    void anEngineThatStaysStalledShedsWritesAndServesReadsAndTakesWritesAgainAfterwards() {
        ann.put("cart", "apples");
        engine.get().stall(true);
        ann.put("cart", "within half a second it may end by itself");
        long end = System.nanoTime() + 30_000_000_000L;
        while (!(await(ann.mutate(putting("cart", "pears")).ended) instanceof Outcome.Refused<Long>)) {
            assertThat(System.nanoTime()).isLessThan(end);
        }
        assertThat(ann.refusal(putting("cart", "pears")).reason()).isEqualTo(Refusal.Reason.OVERLOADED);
        assertThat(ann.refusal(putting("cart", "pears")).detail()).contains("takes no writes until");
        assertThat(ann.values("cart")).hasSize(1);
        engine.get().stall(false);
        while (!(await(ann.mutate(putting("cart", "plums")).ended) instanceof Outcome.Done<Long>)) {
            assertThat(System.nanoTime()).isLessThan(end);
        }
        assertThat(ann.values("cart")).containsExactly("plums");
    }

    @Test
    void aFailedWriteLeavesItsOutcomeUnknownAndEndsAllFurtherWrites() {
        Delta delta = ann.put("cart", "apples");
        engine.get().beforeWrite(ScriptedEngine.fails("the disk is full"));
        StorageRig.Told told = ann.mutate(putting("cart", "pears"));
        assertThat(await(told.ended)).isEqualTo(Outcome.unknown("the disk is full"));
        for (int partition = 0; partition < StorageRig.PARTITIONS; partition++) {
            Refusal refusal = ann.refusal(putting(StorageRig.keyIn(partition), "pears"));
            assertThat(refusal.reason()).isEqualTo(Refusal.Reason.ENGINE_FAILED);
            assertThat(refusal.detail()).isEqualTo("the disk is full");
        }
        assertThat(refusal(ann.storage().apply(new Requests.Apply(1, delta, "", soon())))
                        .reason())
                .isEqualTo(Refusal.Reason.ENGINE_FAILED);
        assertThat(refusal(ann.storage().scan(new Requests.Scan(1, Bytes.EMPTY, Bytes.EMPTY, 9, Set.of(), soon())))
                        .reason())
                .isEqualTo(Refusal.Reason.ENGINE_FAILED);
        assertThat(ann.values("cart")).containsExactly("apples");
        assertThat(ann.fatal).hasSize(1);
    }

    @Test
    void everyWriterIsAnsweredWhenTheEngineFailsUnderThem() throws InterruptedException {
        AtomicBoolean failing = new AtomicBoolean();
        engine.get().beforeWrite(() -> {
            if (failing.get()) {
                ScriptedEngine.fails("the disk is gone").run();
            }
        });
        List<StorageRig.Told> told = Collections.synchronizedList(new ArrayList<>());
        List<Thread> writers = new ArrayList<>();
        for (int writer = 0; writer < 4; writer++) {
            writers.add(new Thread(() -> {
                for (int put = 0; put < 300; put++) {
                    told.add(ann.mutate(putting("key " + put, "v")));
                    failing.compareAndSet(false, put == 100);
                }
            }));
        }
        writers.forEach(Thread::start);
        for (Thread writer : writers) {
            writer.join();
        }
        assertThat(told)
                .hasSize(1200)
                .allSatisfy(one -> assertThat(await(one.ended)).isNotNull());
        assertThat(ann.fatal).hasSize(1);
    }

    /** What an unwritten write did to the row would be seen elsewhere, and the write itself be nowhere. */
    @Test
    void aRetryDoesNotSpreadWhatIsLostWithTheBatch() throws InterruptedException {
        Requests.Mutate put = putting("cart", "apples", Optional.empty(), "first");
        ann.done(put);
        CountDownLatch writing = new CountDownLatch(1);
        CountDownLatch queued = new CountDownLatch(1);
        engine.get().beforeWrite(() -> {
            writing.countDown();
            arrive(queued);
            engine.get().beforeWrite(ScriptedEngine.fails("the disk is gone"));
        });
        StorageRig.Told other = ann.mutate(putting("cart", "plums"));
        writing.await();
        StorageRig.Told replaced = ann.mutate(putting("cart", "pears"));
        StorageRig.Told retried = ann.mutate(put);
        queued.countDown();
        assertThat(await(other.ended)).isInstanceOf(Outcome.Done.class);
        assertThat(await(replaced.ended)).isEqualTo(Outcome.unknown("the disk is gone"));
        assertThat(await(retried.ended)).isEqualTo(Outcome.unknown("the disk is gone"));
        assertThat(replaced.assigned).isDone();
        assertThat(retried.assigned).isNotDone();
    }

    private static void arrive(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aReadThatFailsInsideAWriteEndsThatWriteToo() {
        engine.get().beforeRead(ScriptedEngine.fails("the disk does not answer"));
        assertThat(await(ann.mutate(putting("cart", "apples")).ended))
                .isEqualTo(Outcome.unknown("the disk does not answer"));
        assertThat(ann.fatal).hasSize(1);
    }

    @Test
    void aFailedBackgroundSyncEndsAllFurtherWrites() {
        ann.close();
        StorageSettings settings = StorageRig.settings(StorageSettings.Durability.PERIODIC);
        CountDownLatch failed = new CountDownLatch(1);
        CountDownLatch told = new CountDownLatch(1);
        ann.onFatal(told::countDown);
        ann.with(new StorageSettings(
                        settings.durability(),
                        Duration.ofMillis(1),
                        2,
                        2,
                        1000,
                        1 << 20,
                        KeyLimits.DEFAULT.withSiblings(5),
                        1000,
                        60_000))
                .around(inner -> {
                    ScriptedEngine scripted = new ScriptedEngine(inner);
                    scripted.beforeSync(() -> {
                        failed.countDown();
                        ScriptedEngine.fails("the log cannot be synced").run();
                    });
                    return scripted;
                });
        ann.start();
        waitFor(failed);
        Refusal refusal = null;
        while (refusal == null) {
            refusal = await(ann.mutate(putting("cart", "apples")).ended) instanceof Outcome.Refused<Long>(Refusal why)
                    ? why
                    : null;
        }
        assertThat(refusal.reason()).isEqualTo(Refusal.Reason.ENGINE_FAILED);
        assertThat(refusal.detail()).isEqualTo("the log cannot be synced");
        // The writer may be refused a moment before the syncing thread has told.
        waitFor(told);
        ann.close();
        assertThat(ann.fatal).hasSize(1);
    }

    @Test
    void whatDoesNotFitIntoTheQueueIsRefusedAndTheRestIsWritten() {
        ann.close();
        StorageSettings settings = StorageRig.settings(StorageSettings.Durability.SYNC);
        ann.with(new StorageSettings(
                settings.durability(),
                settings.periodicSync(),
                1,
                2,
                10,
                100_000,
                KeyLimits.DEFAULT.withSiblings(5),
                1000,
                60_000));
        ann.start();
        CountDownLatch open = new CountDownLatch(1);
        CountDownLatch waiting = new CountDownLatch(1);
        engine.get().beforeWrite(() -> {
            waiting.countDown();
            waitFor(open);
        });
        StorageRig.Told first = ann.mutate(putting("first", "v"));
        waitFor(waiting);
        List<StorageRig.Told> queued = new ArrayList<>();
        for (int put = 0; put < 10; put++) {
            queued.add(ann.mutate(putting("key " + put, "v")));
        }
        Refusal tooMany = ann.refusal(putting("one more", "v"));
        assertThat(tooMany.reason()).isEqualTo(Refusal.Reason.OVERLOADED);
        assertThat(ann.values("first")).isEmpty();
        open.countDown();
        done(first.ended);
        queued.forEach(told -> done(told.ended));
        assertThat(ann.values("key 9")).containsExactly("v");
    }

    @Test
    void manyBytesFillTheQueueTooButALargeValueAloneIsTaken() {
        ann.close();
        StorageSettings settings = StorageRig.settings(StorageSettings.Durability.SYNC);
        ann.with(new StorageSettings(
                settings.durability(),
                settings.periodicSync(),
                1,
                2,
                1000,
                100_000,
                KeyLimits.DEFAULT.withSiblings(5),
                1000,
                60_000));
        ann.start();
        ann.put("large", "x".repeat(200_000));
        CountDownLatch open = new CountDownLatch(1);
        CountDownLatch waiting = new CountDownLatch(1);
        engine.get().beforeWrite(() -> {
            waiting.countDown();
            waitFor(open);
        });
        StorageRig.Told first = ann.mutate(putting("first", "v"));
        waitFor(waiting);
        StorageRig.Told half = ann.mutate(putting("half", "x".repeat(60_000)));
        assertThat(ann.refusal(putting("rest", "x".repeat(60_000))).reason()).isEqualTo(Refusal.Reason.OVERLOADED);
        open.countDown();
        done(first.ended);
        done(half.ended);
    }

    private static void waitFor(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aDamagedFileMakesItsRowsDamagedAndNeverAbsent() throws IOException {
        SeededRandom random = new SeededRandom(1);
        // What lies around it is large, so that the damaged row has a block of its own.
        for (int key = 0; key < 30; key++) {
            putBytes("a" + key, Samples.array(random, 5_000));
            putBytes("x" + key, Samples.array(random, 5_000));
        }
        byte[] value = Samples.array(random, 50_000);
        putBytes("cart", value);
        ann.put("zinc box", "figs");
        // A start writes what it finds in the log to a file.
        ann.restart();
        ann.close();
        flipBitIn(Arrays.copyOfRange(value, 25_000, 25_100));
        ann.start();
        assertDamaged(refusal(ann.storage().read(reading("cart"))));
        assertDamaged(ann.refusal(putting("cart", "pears")));
        assertDamaged(
                refusal(ann.storage().scan(new Requests.Scan(1, Bytes.EMPTY, Bytes.EMPTY, 99, Set.of(), soon()))));
        assertThat(ann.values("zinc box")).containsExactly("figs");
        ann.put("zinc box", "dates");
        assertThat(ann.fatal).isEmpty();
    }

    private void putBytes(String key, byte[] value) {
        ann.done(new Requests.Mutate(1, Key.of(key), Optional.of(Bytes.wrap(value)), Optional.empty(), "", soon()));
    }

    private static void assertDamaged(Refusal refusal) {
        assertThat(refusal.reason()).isEqualTo(Refusal.Reason.DAMAGED);
    }

    /** Flips a bit wherever the engine's files have these bytes. */
    private void flipBitIn(byte[] part) throws IOException {
        int flipped = 0;
        try (Stream<Path> files = Files.list(folder.resolve("engine"))) {
            for (Path file :
                    files.filter(any -> any.toString().endsWith(".sst")).toList()) {
                byte[] bytes = Files.readAllBytes(file);
                int at = indexOf(bytes, part);
                if (at >= 0) {
                    bytes[at] ^= 1;
                    Files.write(file, bytes);
                    flipped++;
                }
            }
        }
        assertThat(flipped).isPositive();
    }

    private static int indexOf(byte[] bytes, byte[] part) {
        for (int at = 0; at + part.length <= bytes.length; at++) {
            if (Arrays.equals(bytes, at, at + part.length, part, 0, part.length)) {
                return at;
            }
        }
        return -1;
    }

    @Test
    void aStopUnderLoadAnswersEverybodyAndKeepsWhatItAcknowledged() throws InterruptedException {
        AtomicBoolean stopped = new AtomicBoolean();
        List<StorageRig.Told> told = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch underWay = new CountDownLatch(500);
        LocalStorage storage = ann.storage();
        List<Thread> clients = new ArrayList<>();
        for (int client = 0; client < 3; client++) {
            int number = client;
            clients.add(new Thread(() -> {
                for (int round = 0; !stopped.get(); round++) {
                    StorageRig.Told one = new StorageRig.Told();
                    storage.mutate(putting("key " + number + " " + round, "v"), one);
                    told.add(one);
                    await(storage.read(reading("key " + number + " " + round / 2)));
                    await(storage.scan(new Requests.Scan(1, Bytes.EMPTY, Bytes.EMPTY, 3, Set.of(), soon())));
                    underWay.countDown();
                }
            }));
        }
        clients.forEach(Thread::start);
        underWay.await();
        storage.close();
        storage.close();
        stopped.set(true);
        for (Thread client : clients) {
            client.join();
        }
        Refusal late = refusal(storage.read(reading("cart")));
        assertThat(late.reason()).isEqualTo(Refusal.Reason.STOPPING);
        long acknowledged = told.stream()
                .filter(one -> await(one.ended) instanceof Outcome.Done<Long>)
                .count();
        ann.restart();
        long kept = done(ann.storage().clocks(Set.of())).stream()
                .mapToLong(clock -> clock.clock().size())
                .sum();
        assertThat(kept).isEqualTo(acknowledged);
    }
}
