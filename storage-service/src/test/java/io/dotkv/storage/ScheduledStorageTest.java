package io.dotkv.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.PartitionId;
import io.dotkv.kernel.Retirements;
import io.dotkv.kernel.ports.SeededRandom;
import io.dotkv.kernel.simulated.SimulatedTime;
import io.dotkv.kernel.types.DataType;
import io.dotkv.kernel.types.Place;
import io.dotkv.kernel.types.Step;
import io.dotkv.kernel.types.TypeChange;
import io.dotkv.kernel.types.Update;
import io.dotkv.storage.engine.MemoryEngine;
import io.dotkv.storage.engine.ScriptedEngine;
import io.dotkv.storage.identity.MemoryIdentityStore;
import io.dotkv.storage.local.LocalStorage;
import io.dotkv.storage.local.StoragePorts;
import io.dotkv.storage.local.StorageSettings;
import io.dotkv.storage.replica.store.StorageRecord;
import io.dotkv.storage.simulated.ScheduledWorkers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The storage without threads, on virtual time: a batch takes 5 ms, a read of the disk 3 ms. */
class ScheduledStorageTest {
    private static final long MILLI = 1_000_000;
    private static final Key KEY = Key.of("key");

    private final SimulatedTime time = new SimulatedTime(1);
    private final SimulatedTime.SimulatedProcess process = time.process();
    private final ScriptedEngine engine = new ScriptedEngine(new MemoryEngine());
    private final MemoryIdentityStore identities = new MemoryIdentityStore();
    private final List<Throwable> fatal = new ArrayList<>();
    private final LocalStorage storage = storage(process, 1);

    private LocalStorage storage(SimulatedTime.SimulatedProcess on, int boot) {
        LocalStorage made = new LocalStorage(
                engine,
                identities,
                StorageRig.settings(StorageSettings.Durability.SYNC),
                new StoragePorts(
                        time,
                        new SeededRandom(1),
                        "boot",
                        new ScheduledWorkers(on, ScheduledWorkers.Pace.of(5 * MILLI, 3 * MILLI)),
                        fatal::add));
        var _ = made.assume(new Assignment(
                "c".repeat(32),
                new NodeId("n1"),
                1,
                boot,
                0,
                1,
                1,
                List.of(new PartitionId(0)),
                2,
                2,
                3,
                Retirements.NONE));
        return made;
    }

    private StorageRig.Told put(String value) {
        StorageRig.Told told = new StorageRig.Told();
        storage.mutate(
                new Requests.Mutate(
                        1,
                        KEY,
                        Optional.of(Bytes.utf8(value)),
                        Optional.empty(),
                        value,
                        time.monotonicNanos() + 1000 * MILLI),
                told);
        return told;
    }

    private int shown(LocalStorage by) {
        return StorageRig.done(by.read(new Requests.Read(1, KEY, time.monotonicNanos() + MILLI)))
                .leaves()
                .size();
    }

    @Test
    void aMandateIsTakenWhenTheDiskHasBeenRead() {
        assertThat(storage.clocks(Set.of())).isCompletedWithValueMatching(Outcome.Refused.class::isInstance);
        time.runFor(3 * MILLI);
        assertThat(storage.clocks(Set.of())).isCompletedWithValueMatching(Outcome.Done.class::isInstance);
    }

    @Test
    void aWriteIsAssignedAtOnceAndDurableAndShownWhenItsBatchIs() {
        time.runFor(10 * MILLI);
        StorageRig.Told told = put("one");
        time.runFor(4 * MILLI);
        assertThat(told.assigned).isCompleted();
        assertThat(told.ended).isNotDone();
        assertThat(shown(storage)).isZero();
        time.runFor(MILLI);
        assertThat(told.ended).isCompletedWithValue(Outcome.done(1L));
        assertThat(shown(storage)).isEqualTo(1);
    }

    @Test
    void anAdditionToACounterIsAssignedWhenItIsDurable() {
        time.runFor(10 * MILLI);
        Update update =
                new Update(List.of(new Step(new Place(List.of(), DataType.COUNTER), new TypeChange.Increase(5))));
        StorageRig.Told told = new StorageRig.Told();
        storage.mutate(
                new Requests.Mutate(
                        1, KEY, new Mutation.Typed(update), "addition", time.monotonicNanos() + 1000 * MILLI),
                told);
        time.runFor(4 * MILLI);
        assertThat(told.assigned).isNotDone();
        time.runFor(MILLI);
        assertThat(told.assigned).isCompleted();
        assertThat(told.ended).isCompletedWithValue(Outcome.done(1L));
    }

    @Test
    void whatComesWhileABatchIsWrittenIsTheNextBatch() {
        time.runFor(10 * MILLI);
        StorageRig.Told first = put("one");
        time.runFor(MILLI);
        StorageRig.Told second = put("two");
        time.runFor(4 * MILLI);
        assertThat(first.ended).isCompleted();
        assertThat(second.ended).isNotDone();
        time.runFor(5 * MILLI);
        assertThat(second.ended).isCompletedWithValue(Outcome.done(1L));
    }

    @Test
    void aProcessThatDiesBetweenComputingAndWritingHasWrittenNothing() {
        time.runFor(10 * MILLI);
        StorageRig.Told told = put("one");
        time.runFor(MILLI);
        process.kill();
        time.runFor(1000 * MILLI);
        assertThat(told.assigned).isCompleted();
        assertThat(told.ended).isNotDone();
        LocalStorage next = storage(time.process(), 2);
        time.runFor(10 * MILLI);
        assertThat(shown(next)).isZero();
        assertThat(identities.load().orElseThrow().boot()).isEqualTo(2);
        assertThat(fatal).isEmpty();
    }

    @Test
    void itAgesAtTheStartEveryMinuteAndAtTheStop() {
        time.runFor(30_000 * MILLI);
        for (long age = 1; age < 4; age++) {
            assertThat(identities.load().orElseThrow().age()).isEqualTo(age);
            assertThat(StorageRecord.find(engine).orElseThrow().age()).isEqualTo(age);
            time.runFor(60_000 * MILLI);
        }
        storage.close();
        assertThat(identities.load().orElseThrow().age()).isEqualTo(5);
    }

    @Test
    void anEngineThatCannotNoteTheAgeHasFailed() {
        time.runFor(10 * MILLI);
        engine.beforeWrite(ScriptedEngine.fails("the disk is full"));
        time.runFor(61_000 * MILLI);
        assertThat(fatal).hasSize(1);
        assertThat(identities.load().orElseThrow().age()).isEqualTo(1);
    }

    @Test
    void aStopFinishesWhatWasTakenAndTakesNoMore() {
        time.runFor(10 * MILLI);
        StorageRig.Told written = put("one");
        time.runFor(MILLI);
        StorageRig.Told queued = put("two");
        CompletableFuture<Outcome<StorageDescription>> described =
                storage.describe().toCompletableFuture();
        storage.close();
        assertThat(written.ended).isCompletedWithValue(Outcome.done(1L));
        assertThat(queued.ended).isCompletedWithValue(Outcome.done(1L));
        assertThat(described).isCompleted();
        assertThat(StorageRig.refusal(put("three").ended).reason()).isEqualTo(Refusal.Reason.STOPPING);
        assertThat(identities.load().orElseThrow().mayLoseTail()).isFalse();
        time.runFor(10_000 * MILLI);
        assertThat(fatal).isEmpty();
    }
}
