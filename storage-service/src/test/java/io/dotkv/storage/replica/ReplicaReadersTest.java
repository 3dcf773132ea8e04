package io.dotkv.storage.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dotkv.kernel.Actor;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.HybridTime;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.MultiValueRegister;
import io.dotkv.kernel.PartitionId;
import io.dotkv.kernel.Row;
import io.dotkv.kernel.VersionVector;
import io.dotkv.storage.engine.Engine;
import io.dotkv.storage.engine.EngineException;
import io.dotkv.storage.engine.MemoryEngine;
import io.dotkv.storage.replica.store.DamagedRowException;
import io.dotkv.storage.rocksdb.RocksEngine;
import io.dotkv.storage.rocksdb.RocksSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Readers on other threads while a writer commits. The writer's n-th event puts the key n mod 7, so a clock that has n
 * events says exactly which of them each key must show.
 */
class ReplicaReadersTest {
    private static final int KEYS = 7;
    private static final Actor WRITER = new Actor(1, 1);

    @TempDir
    private Path folder;

    @Test
    void everyReadPairsARowWithTheClockThatBelongsToIt() throws Exception {
        hammer(new MemoryEngine(), 20_000, ReplicaReadersTest::put);
    }

    @Test
    void soDoesEveryReadOfARowThatIsOverwrittenUnread() throws Exception {
        hammer(new MemoryEngine(), 20_000, ReplicaReadersTest::overwrite);
    }

    @Test
    void everyReadFromDiskPairsARowWithTheClockThatBelongsToIt() throws Exception {
        try (Engine engine = RocksEngine.open(RocksSettings.in(folder.resolve("engine")))) {
            hammer(engine, 5_000, ReplicaReadersTest::put);
        }
    }

    @Test
    void soDoesEveryReadFromDiskOfARowThatIsOverwrittenUnread() throws Exception {
        try (Engine engine = RocksEngine.open(RocksSettings.in(folder.resolve("engine")))) {
            hammer(engine, 5_000, ReplicaReadersTest::overwrite);
        }
    }

    @Test
    void aRowWhoseBatchFailedAfterItWasWrittenIsRefusedAtOnce() throws Exception {
        Engine engine = new MemoryEngine();
        Replica replica = open(engine);
        for (long counter = 1; counter <= KEYS; counter++) {
            overwrite(replica, counter);
            commit(engine, replica);
        }
        overwrite(replica, KEYS + 1);
        try (Engine.Batch batch = engine.newBatch()) {
            replica.flush(batch);
            engine.write(batch, false);
        }
        replica.failed();
        assertThatThrownBy(() -> replica.read(key(KEYS + 1), false))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("the row failed");
        assertThat(replica.read(key(KEYS), false)).isNotNull();
    }

    /** Stages the writer's n-th event. */
    private interface Staging {
        void stage(Replica replica, long counter) throws DamagedRowException;
    }

    private static void put(Replica replica, long counter) throws DamagedRowException {
        replica.mutate(WRITER, HybridTime.ZERO, key(counter), Bytes.utf8("v" + counter), Optional.empty());
    }

    private static void overwrite(Replica replica, long counter) throws DamagedRowException {
        replica.apply(MultiValueRegister.replaceCovered(
                key(counter),
                new Dot(WRITER, counter),
                HybridTime.ZERO,
                Bytes.utf8("v" + counter),
                new VersionVector(DotSet.upTo(WRITER, counter - 1))));
    }

    private static void hammer(Engine engine, int batches, Staging staging) throws Exception {
        Replica replica = open(engine);
        AtomicBoolean done = new AtomicBoolean();
        Queue<String> wrong = new ConcurrentLinkedQueue<>();
        List<Thread> readers = new ArrayList<>();
        for (int reader = 0; reader < 2; reader++) {
            boolean cachedOnly = reader == 0;
            readers.add(new Thread(() -> read(replica, cachedOnly, done, wrong)));
        }
        readers.forEach(Thread::start);
        long counter = 0;
        for (int batch = 0; batch < batches && wrong.isEmpty(); batch++) {
            for (int event = 0; event <= batch % 4; event++) {
                counter++;
                staging.stage(replica, counter);
            }
            commit(engine, replica);
        }
        done.set(true);
        for (Thread reader : readers) {
            reader.join();
        }
        assertThat(wrong).isEmpty();
    }

    private static void read(Replica replica, boolean cachedOnly, AtomicBoolean done, Queue<String> wrong) {
        long newest = 0;
        for (long round = 0; !done.get(); round++) {
            Key key = key(round);
            try {
                Row row = replica.read(key, cachedOnly);
                if (row == null) {
                    continue;
                }
                long clock = row.context().highest(WRITER);
                long shown = row.dots().highest(WRITER);
                if (row.leaves().size() > 1 || shown != lastOf(key, clock)) {
                    wrong.add("under " + row.context() + " key " + key + " showed " + row.leaves());
                }
                if (clock < newest) {
                    wrong.add("the clock went back from " + newest + " to " + clock);
                }
                newest = clock;
            } catch (DamagedRowException | RuntimeException e) {
                wrong.add(e.toString());
            }
        }
    }

    /** The last of the first so many events that put the key, 0 if none did. */
    private static long lastOf(Key key, long events) {
        long last = events;
        while (last > 0 && !key(last).equals(key)) {
            last--;
        }
        return last;
    }

    private static Key key(long event) {
        return Key.of("k" + event % KEYS);
    }

    private static Replica open(Engine engine) {
        try (Engine.Batch batch = engine.newBatch()) {
            Replica replica = Replica.open(
                    new PartitionId(0), engine, new Replica.Beginning("id", false, false, 2, 2, 1000), batch);
            engine.write(batch, true);
            return replica;
        }
    }

    private static void commit(Engine engine, Replica replica) {
        try (Engine.Batch batch = engine.newBatch()) {
            replica.flush(batch);
            engine.write(batch, false);
            replica.written();
        }
    }
}
