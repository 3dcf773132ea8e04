package io.dotkv.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.kernel.Actor;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.PartitionId;
import io.dotkv.kernel.Retirements;
import io.dotkv.kernel.ports.SeededRandom;
import io.dotkv.kernel.simulated.SimulatedTime;
import io.dotkv.storage.engine.EngineException;
import io.dotkv.storage.engine.MemoryEngine;
import io.dotkv.storage.identity.Identity;
import io.dotkv.storage.identity.IdentityStore;
import io.dotkv.storage.identity.MemoryIdentityStore;
import io.dotkv.storage.local.LocalStorage;
import io.dotkv.storage.local.StoragePorts;
import io.dotkv.storage.local.StorageSettings;
import io.dotkv.storage.simulated.ScheduledWorkers;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A disk that reports the write of the identity as failed, and has or has not done it. */
@Tag("integration")
class FailedIdentityTest {
    private static final long MILLI = 1_000_000;

    private final SimulatedTime time = new SimulatedTime(1);
    private final MemoryIdentityStore identities = new MemoryIdentityStore();
    private boolean fails;
    private boolean isDone;

    private final MemoryEngine engine = new MemoryEngine();
    private final LocalStorage storage = open();

    /** A process of the storage. */
    private LocalStorage open() {
        return new LocalStorage(
                engine,
                new FailingStore(),
                StorageRig.settings(StorageSettings.Durability.SYNC),
                new StoragePorts(
                        time,
                        new SeededRandom(1),
                        "boot",
                        new ScheduledWorkers(time.process(), ScheduledWorkers.Pace.of(5 * MILLI, 3 * MILLI)),
                        failure -> {}));
    }

    private final class FailingStore implements IdentityStore {
        @Override
        public Optional<Identity> load() {
            return identities.load();
        }

        @Override
        public boolean isAccepted() {
            return false;
        }

        @Override
        public boolean isCopy() {
            return identities.isCopy();
        }

        @Override
        public void save(Identity identity) {
            if (!fails || isDone) {
                identities.save(identity);
            }
            if (fails) {
                throw new EngineException("the disk failed");
            }
        }
    }

    private Outcome<AssignmentAck> assume(int boot) {
        return assume(storage, boot);
    }

    private Outcome<AssignmentAck> assume(LocalStorage storage, int boot) {
        CompletableFuture<Outcome<AssignmentAck>> answer = storage.assume(new Assignment(
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
                        Retirements.NONE))
                .toCompletableFuture();
        time.runUntil(answer::isDone, 1000 * MILLI);
        return answer.join();
    }

    private void takesItsBootAtLast() {
        assertThat(assume(0)).isInstanceOf(Outcome.Done.class);
        fails = true;
        assertThat(assume(7)).isNotInstanceOf(Outcome.Done.class);
        fails = false;
        assertThat(assume(7))
                .isInstanceOfSatisfying(
                        Outcome.Done.class,
                        done -> assertThat(((AssignmentAck) done.value()).actor())
                                .contains(new Actor(1, 7)));
    }

    @Test
    void aBootIsTakenAgainAfterAWriteThatFailedAndWasDone() {
        isDone = true;
        takesItsBootAtLast();
    }

    @Test
    void aBootIsTakenAgainAfterAWriteThatFailed() {
        takesItsBootAtLast();
    }

    @Test
    void aBootThatTheDiskHadBeforeIsRefused() {
        assertThat(assume(7)).isInstanceOf(Outcome.Done.class);
        assertThat(assume(open(), 7)).isInstanceOf(Outcome.Refused.class);
    }
}
