package io.dotkv.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.PartitionId;
import io.dotkv.kernel.SeededRandom;
import io.dotkv.kernel.simulated.SimulatedTime;
import io.dotkv.storage.engine.Engine;
import io.dotkv.storage.engine.MemoryEngine;
import io.dotkv.storage.identity.Identity;
import io.dotkv.storage.identity.MemoryIdentityStore;
import io.dotkv.storage.simulated.ScheduledWorkers;
import java.util.List;
import org.junit.jupiter.api.Test;

final class EstablishmentTest {
    private final Engine engine = new MemoryEngine();
    private final MemoryIdentityStore identities = new MemoryIdentityStore();
    private final SimulatedTime time = new SimulatedTime(1);
    private final Workers workers = new ScheduledWorkers(time, ScheduledWorkers.Pace.of(0, 0));

    @Test
    void everyStartTakesANewBootAndANewDiskVotes() {
        Identity first = establish(1, false);
        Identity second = establish(2, true);
        assertThat(first.boot()).isEqualTo(1);
        assertThat(second.boot()).isEqualTo(2);
        assertThat(first.behind()).isFalse();
        assertThat(second.behind()).isFalse();
    }

    @Test
    void aFolderPutBackFromAnOldCopyTakesABootBeyondAllThatPeersKnowAndDoesNotVote() {
        Identity old = establish(1, false);
        establish(2, true);
        establish(3, true);
        identities.save(old);
        Identity putBack = establish(4, true);
        assertThat(putBack.boot()).isEqualTo(4);
        assertThat(putBack.behind()).isTrue();
    }

    @Test
    void aStartWhoseBootNobodyHeardOfBeforeTheCrashIsNoOldCopy() {
        establish(1, false);
        establish(2, true);
        Identity third = establish(2, true);
        assertThat(third.boot()).isEqualTo(3);
        assertThat(third.behind()).isFalse();
    }

    private Identity establish(int bootAtLeast, boolean knownBefore) {
        Mandate mandate = new Mandate(
                "0123456789abcdef0123456789abcdef",
                new NodeId("n1"),
                1,
                bootAtLeast,
                knownBefore,
                1,
                1,
                List.of(new PartitionId(0)),
                2);
        Environment environment = new Environment(time, new SeededRandom(1), "machine-boot", workers, failure -> {});
        StorageSettings settings = StorageSettings.defaults(StorageSettings.Durability.SYNC, 2);
        Establishment.Result result = new Establishment(engine, identities, settings, environment).establish(mandate);
        assertThat(result.refusal()).isEmpty();
        return identities.load().orElseThrow();
    }
}
