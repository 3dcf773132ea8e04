package io.dotkv.storage.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.PartitionId;
import io.dotkv.kernel.Retirements;
import io.dotkv.kernel.ports.SeededRandom;
import io.dotkv.kernel.simulated.SimulatedTime;
import io.dotkv.storage.Assignment;
import io.dotkv.storage.engine.Engine;
import io.dotkv.storage.engine.MemoryEngine;
import io.dotkv.storage.identity.Identity;
import io.dotkv.storage.identity.MemoryIdentityStore;
import io.dotkv.storage.replica.store.StorageRecord;
import io.dotkv.storage.simulated.ScheduledWorkers;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class StartupCheckTest {
    private final Engine engine = new MemoryEngine();
    private final MemoryIdentityStore identities = new MemoryIdentityStore();
    private final SeededRandom random = new SeededRandom(1);
    private final SimulatedTime time = new SimulatedTime(1);
    private Optional<PossibleLoss.Cause> cause = Optional.empty();
    private final Workers workers = new ScheduledWorkers(time, ScheduledWorkers.Pace.of(0, 0));

    @Test
    void everyStartIsANewLifeOfTheDiskAndANewDiskVotes() {
        Identity first = establish(0);
        Identity second = establish(first.lives().getFirst());
        assertThat(second.lives())
                .hasSize(2)
                .doesNotHaveDuplicates()
                .endsWith(first.lives().getFirst());
        assertThat(first.behind()).isFalse();
        assertThat(second.behind()).isFalse();
    }

    @Test
    void aFolderPutBackFromAnOldCopyDoesNotKnowWhoHadTheLastBootAndDoesNotVote() {
        Identity old = establish(0);
        Identity newer = establish(old.lives().getFirst());
        identities.save(old);
        assertThat(establish(newer.lives().getFirst()).behind()).isTrue();
    }

    @Test
    void startsThatNeverGotABootDoNotMakeACopyOfTheDisk() {
        long booted = establish(0).lives().getFirst();
        for (int start = 0; start < Identity.MOST_LIVES; start++) {
            assertThat(establish(booted).behind()).isFalse();
        }
        assertThat(establish(booted).behind()).as("it is forgotten by now").isTrue();
    }

    @Test
    void anEmptyDiskOfANodeThatHadABootWasLost() {
        assertThat(establish(77).behind()).isTrue();
    }

    @Test
    void anEngineThatIsYoungerThanItsIdentityWasPutBackFromACopy() {
        long life = establish(0).lives().getFirst();
        StorageRecord young = StorageRecord.find(engine).orElseThrow();
        assertThat(establish(life).behind()).isFalse();
        young.write(engine);
        assertThat(establish(life).behind()).isTrue();
        identities.save(identities.load().orElseThrow().withBehind(false));
        assertThat(establish(life).behind()).as("once is enough").isFalse();
    }

    @Test
    void aStartThatEndsBetweenTheTwoAgesIsNoCopy() {
        Identity first = establish(0);
        StorageRecord old = StorageRecord.find(engine).orElseThrow();
        new StorageRecord(old.id(), old.age() + 1).write(engine);
        Identity second = establish(first.lives().getFirst());
        assertThat(second.behind()).isFalse();
        assertThat(second.age())
                .isEqualTo(StorageRecord.find(engine).orElseThrow().age())
                .isEqualTo(old.age() + 2);
    }

    @Test
    void everyReasonToThinkThatWritesAreMissingIsTold() {
        assertThat(establish(77).behind()).isTrue();
        assertThat(cause).contains(PossibleLoss.Cause.EMPTY);
        Identity old = identities.load().orElseThrow().withBehind(false).knowing(77);
        identities.save(old);
        establish(77);
        assertThat(cause).isEmpty();
        establish(4711);
        assertThat(cause).contains(PossibleLoss.Cause.OLDER);
        identities.save(identities.load().orElseThrow().withBehind(true).knowing(77));
        establish(77);
        assertThat(cause).contains(PossibleLoss.Cause.UNFINISHED);
        StorageRecord record = StorageRecord.find(engine).orElseThrow();
        new StorageRecord(record.id(), record.age() - 1).write(engine);
        establish(77);
        assertThat(cause).contains(PossibleLoss.Cause.OLDER_FILES);
    }

    private Identity establish(long formerLife) {
        Assignment assignment = new Assignment(
                "0123456789abcdef0123456789abcdef",
                new NodeId("n1"),
                1,
                0,
                formerLife,
                1,
                1,
                List.of(new PartitionId(0)),
                2,
                2,
                3,
                Retirements.NONE);
        StoragePorts environment = new StoragePorts(time, random, "machine-boot", workers, failure -> {});
        StorageSettings settings = StorageSettings.defaults(StorageSettings.Durability.SYNC, 2);
        StartupCheck.Result result = new StartupCheck(engine, identities, settings, environment).establish(assignment);
        assertThat(result.refusal()).isEmpty();
        cause = result.cause();
        return identities.load().orElseThrow();
    }
}
