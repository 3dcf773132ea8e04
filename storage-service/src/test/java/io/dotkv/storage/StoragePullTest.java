package io.dotkv.storage;

import static io.dotkv.storage.StorageRig.await;
import static io.dotkv.storage.StorageRig.done;
import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.PartitionId;
import io.dotkv.storage.engine.Engine;
import io.dotkv.storage.replica.PartitionPlaces;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two storages on RocksDB: one pulls what it misses from the other. */
@Tag("integration")
class StoragePullTest {
    @TempDir
    private Path folder;

    private final CountedSnapshots snapshots = new CountedSnapshots();
    private final AtomicReference<Engine> engineOfAnn = new AtomicReference<>();
    private StorageRig ann = new StorageRig(Path.of("unset"), 1);
    private StorageRig ben = new StorageRig(Path.of("unset"), 2);

    @BeforeEach
    void start() {
        ann = new StorageRig(folder.resolve("ann"), 1).around(inner -> {
            engineOfAnn.set(inner);
            return snapshots.around(inner);
        });
        ben = new StorageRig(folder.resolve("ben"), 2);
        ann.start();
        ben.start();
        for (int key = 0; key < 100; key++) {
            ann.put("key " + key, "v" + key);
        }
    }

    @AfterEach
    void stop() {
        ann.close();
        ben.close();
    }

    private CompletionStage<Outcome<Integer>> pull(Taker taker) {
        Requests.Pull request = new Requests.Pull(1, 2, done(ben.storage().clocks(Set.of())));
        return ann.storage().pull(request, taker::take);
    }

    private interface Taker {
        CompletionStage<?> take(PullMessage message);
    }

    @Test
    void aPullBringsWhatIsMissingAndNothingMoreTheSecondTime() {
        ben.pull(ann);
        for (int key = 0; key < 100; key++) {
            assertThat(ben.values("key " + key)).containsExactly("v" + key);
        }
        assertThat(done(pull(message -> {
                    throw new AssertionError("nothing is missing, but here is " + message);
                })))
                .isZero();
    }

    @Test
    void theNextMessageWaitsUntilTheOneBeforeIsTaken() {
        Queue<PullMessage> handed = new ConcurrentLinkedQueue<>();
        CompletableFuture<Void> first = new CompletableFuture<>();
        CompletableFuture<Void> taken = new CompletableFuture<>();
        CompletionStage<Outcome<Integer>> pull = pull(message -> {
            handed.add(message);
            first.complete(null);
            return taken;
        });
        await(first);
        ann.put("key 0", "time passes");
        assertThat(handed).hasSize(1);
        taken.complete(null);
        assertThat(done(pull)).isEqualTo(handed.size()).isGreaterThan(1);
        assertThat(snapshots.open()).isZero();
    }

    @Test
    void aPullShowsTheMomentItBeganAndNotWhatIsWrittenMeanwhile() {
        CompletionStage<Outcome<Integer>> pull = pull(message -> {
            for (int key = 0; key < 100; key++) {
                ann.mutate(StorageRig.putting("key " + key, "newer"));
            }
            return ben.storage().absorb(message);
        });
        done(pull);
        for (int key = 0; key < 100; key++) {
            assertThat(ben.values("key " + key)).containsExactly("v" + key);
        }
    }

    @Test
    void aTakerThatFailsEndsThePullAndItsSnapshot() {
        for (Taker taker : List.<Taker>of(
                message -> CompletableFuture.failedFuture(new IllegalStateException("ben has no room")), message -> {
                    throw new IllegalStateException("ben has no room");
                })) {
            Outcome<Integer> outcome = await(pull(taker));
            assertThat(outcome).isInstanceOf(Outcome.Unknown.class);
            assertThat(((Outcome.Unknown<Integer>) outcome).reason()).contains("ben has no room");
            assertThat(snapshots.open()).isZero();
        }
        ben.pull(ann);
        assertThat(ben.values("key 1")).containsExactly("v1");
    }

    @Test
    void aStopEndsAPullWhoseTakerNeverAnswers() {
        CompletableFuture<Void> begun = new CompletableFuture<>();
        CompletionStage<Outcome<Integer>> pull = pull(message -> {
            begun.complete(null);
            return new CompletableFuture<>();
        });
        await(begun);
        assertThat(snapshots.open()).isPositive();
        ann.close();
        assertThat(await(pull)).isEqualTo(Outcome.unknown("the storage is stopping"));
        assertThat(snapshots.open()).isZero();
    }

    @Test
    void tooManyPullsAtOnceAreRefused() {
        List<CompletionStage<Outcome<Integer>>> pulls = new ArrayList<>();
        CompletableFuture<Void> over = new CompletableFuture<>();
        for (int number = 0; number < 17; number++) {
            pulls.add(pull(message -> over));
        }
        long refused = pulls.stream()
                .filter(pull -> pull.toCompletableFuture().isDone())
                .filter(pull -> StorageRig.refusal(pull).reason() == Refusal.Reason.OVERLOADED)
                .count();
        assertThat(refused).isEqualTo(1);
        over.complete(null);
        pulls.forEach(StorageRig::await);
        assertThat(snapshots.open()).isZero();
    }

    @Test
    void aPartitionThatIsNotHeldIsReportedAndTheOthersAreSent() {
        PartitionClock elsewhere = new PartitionClock(new PartitionId(77), DotSet.EMPTY, "x/y", true, List.of());
        List<PartitionClock> clocks = new ArrayList<>(done(ben.storage().clocks(Set.of())));
        clocks.addFirst(elsewhere);
        List<PullMessage> messages = new ArrayList<>();
        done(ann.storage().pull(new Requests.Pull(1, 2, clocks), message -> {
            messages.add(message);
            return CompletableFuture.completedFuture(null);
        }));
        assertThat(messages.getFirst()).isInstanceOf(PullMessage.Unavailable.class);
        assertThat(messages.getFirst().partition()).isEqualTo(new PartitionId(77));
        assertThat(messages.stream().filter(PullMessage.End.class::isInstance)).hasSize(StorageRig.PARTITIONS);
    }

    @Test
    void aDamagedRowIsNotSentAndKeepsNothingElseBack() {
        String damaged = StorageRig.keyIn(0);
        ann.put(damaged, "lost to rot");
        try (Engine.Batch batch = engineOfAnn.get().newBatch()) {
            batch.put(PartitionPlaces.row(new PartitionId(0), Key.of(damaged)), new byte[] {1, 2, 3, 4, 5});
            engineOfAnn.get().write(batch, true);
        }
        List<PullMessage> messages = new ArrayList<>();
        done(pull(message -> {
            messages.add(message);
            return ben.storage().absorb(message);
        }));
        assertThat(messages.stream().filter(PullMessage.End.class::isInstance)).hasSize(StorageRig.PARTITIONS - 1);
        assertThat(messages)
                .filteredOn(PullMessage.Unavailable.class::isInstance)
                .singleElement()
                .satisfies(message -> assertThat(
                                ((PullMessage.Unavailable) message).refusal().reason())
                        .isEqualTo(Refusal.Reason.DAMAGED));
        for (int key = 0; key < 100; key++) {
            if (!damaged.equals("key " + key)) {
                assertThat(ben.values("key " + key)).containsExactly("v" + key);
            }
        }
        assertThat(ben.row(damaged).leaves()).isEmpty();
    }
}
