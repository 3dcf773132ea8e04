package io.dotkv.storage;

import static io.dotkv.storage.StorageRig.await;
import static io.dotkv.storage.StorageRig.done;
import static io.dotkv.storage.StorageRig.putting;
import static io.dotkv.storage.StorageRig.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dotkv.kernel.Actor;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Delta;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.PartitionId;
import io.dotkv.kernel.Retirement;
import io.dotkv.kernel.Retirements;
import io.dotkv.storage.engine.EngineException;
import io.dotkv.storage.engine.ScriptedEngine;
import io.dotkv.storage.identity.FileIdentityStore;
import io.dotkv.storage.local.StorageSettings;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starts and stops, of the process and of the machine: what is kept, who counts on, and who votes. */
@Tag("integration")
class StorageRestartTest {
    @TempDir
    private Path folder;

    private final List<StorageRig> rigs = new ArrayList<>();

    private StorageRig rig(String name, int node) {
        StorageRig rig = new StorageRig(folder.resolve(name), node);
        rigs.add(rig);
        return rig;
    }

    @AfterEach
    void stop() {
        rigs.forEach(StorageRig::close);
    }

    @Test
    void aRestartKeepsEverythingAndTakesANewBoot() {
        StorageRig ann = rig("ann", 1);
        assertThat(ann.start()).satisfies(assumed -> {
            assertThat(assumed.actor()).contains(new Actor(1, 1));
            assertThat(assumed.notVoting()).isEmpty();
        });
        for (int key = 0; key < 100; key++) {
            ann.put("key " + key, "v" + key);
        }
        List<PartitionClock> clocks = done(ann.storage().clocks(Set.of()));
        assertThat(ann.restart().actor()).contains(new Actor(1, 2));
        for (int key = 0; key < 100; key++) {
            assertThat(ann.values("key " + key)).containsExactly("v" + key);
        }
        assertThat(done(ann.storage().clocks(Set.of())))
                .extracting(PartitionClock::clock)
                .isEqualTo(clocks.stream().map(PartitionClock::clock).toList());
        assertThat(ann.put("key 1", "new").events().getFirst().actor()).isEqualTo(new Actor(1, 2));
    }

    @Test
    void aMandateThatComesAgainChangesNothing() {
        StorageRig ann = rig("ann", 1);
        AssignmentAck first = ann.start();
        ann.put("cart", "apples");
        assertThat(done(ann.storage().assume(ann.assignment(9, 5, 1)))).isEqualTo(first);
        assertThat(done(ann.storage().assume(ann.assignment(9, 5, 2)))).isEqualTo(first);
        assertThat(done(ann.storage().assume(ann.assignment(9, 5, 1)))).isEqualTo(first);
        assertThat(done(ann.storage().describe()).placement()).isEqualTo(2);
    }

    @Test
    void withoutABootItServesAndTakesWhatOthersWriteAndCoordinatesNothing() {
        StorageRig ann = rig("ann", 1);
        StorageRig ben = rig("ben", 2);
        ann.start();
        ben.start();
        ann.put("cart", "apples");
        ann.close();
        ann.open();
        AssignmentAck opened = done(ann.storage().assume(ann.assignment()));
        assertThat(opened.actor()).isEmpty();
        assertThat(opened.lastBoot()).isEqualTo(1);
        assertThat(opened.notVoting()).isEmpty();
        assertThat(ann.values("cart")).containsExactly("apples");
        assertThat(ann.refusal(putting("cart", "pears"))).satisfies(refusal -> {
            assertThat(refusal.reason()).isEqualTo(Refusal.Reason.NO_ACTOR);
            assertThat(refusal.detail()).contains("waits until the cluster has agreed on its boot");
        });
        ann.apply(ben.put("basket", "plums"));
        assertThat(ann.values("basket")).containsExactly("plums");
        assertThat(done(ann.storage().assume(ann.assignment(2, opened.life(), 1)))
                        .actor())
                .contains(new Actor(1, 2));
        assertThat(ann.put("cart", "pears").events().getFirst().actor()).isEqualTo(new Actor(1, 2));
    }

    @Test
    void aDiskOfANodeThatNeverHadABootConfirmsNothingBeforeItHasOne() {
        StorageRig ann = rig("ann", 1);
        StorageRig ben = rig("ben", 2);
        ben.start();
        ann.open();
        done(ann.storage().assume(ann.assignment()));
        Delta put = ben.put("basket", "plums");
        assertThat(refusal(ann.storage().apply(new Requests.Apply(1, put, "", StorageRig.soon())))
                        .reason())
                .isEqualTo(Refusal.Reason.NO_ACTOR);
        done(ann.storage().assume(ann.assignment(1, 0, 1)));
        ann.apply(put);
        assertThat(ann.values("basket")).containsExactly("plums");
    }

    @Test
    void aBootThatIsNotAboveAllThatTheDiskHadIsRefused() {
        StorageRig ann = rig("ann", 1);
        ann.open();
        assertThat(done(ann.storage().assume(ann.assignment(17, 0, 1))).actor()).contains(new Actor(1, 17));
        ann.close();
        ann.open();
        AssignmentAck opened = done(ann.storage().assume(ann.assignment()));
        assertThat(opened.lastBoot()).isEqualTo(17);
        assertThat(refusal(ann.storage().assume(ann.assignment(17, 0, 1))))
                .satisfies(refusal -> assertThat(refusal.detail()).contains("boot 17 is not above boot 17"));
        assertThat(done(ann.storage().assume(ann.assignment(18, 0, 1))).actor()).contains(new Actor(1, 18));
    }

    @Test
    void aDiskThatTurnsOutToBeACopyWhenItsBootIsAgreedOnLosesItsVote() {
        StorageRig ann = rig("ann", 1);
        ann.start();
        ann.put("cart", "apples");
        ann.close();
        ann.open();
        long unknownLife = 12345;
        assertThat(done(ann.storage().assume(ann.assignment())).notVoting()).isEmpty();
        Assignment boot = ann.assignment(9, unknownLife, 1);
        Outcome<AssignmentAck> outcome = await(ann.storage().assume(boot));
        while (outcome instanceof Outcome.Refused<AssignmentAck>(Refusal refusal)) {
            assertThat(refusal.reason()).isEqualTo(Refusal.Reason.NOT_VOTING);
            outcome = await(ann.storage().assume(boot));
        }
        AssignmentAck assumed = ((Outcome.Done<AssignmentAck>) outcome).value();
        assertThat(assumed.actor()).contains(new Actor(1, 9));
        assertThat(assumed.notVoting()).hasSize(StorageRig.PARTITIONS);
        assertThat(ann.restart().notVoting()).as("after a restart").hasSize(StorageRig.PARTITIONS);
    }

    @Test
    void theDataOfAnotherNodeOrClusterIsRefused() {
        StorageRig ann = rig("ann", 1);
        ann.start();
        assertThat(refusal(ann.storage().assume(other(ann, "d".repeat(32), "n1", 1)))
                        .reason())
                .isEqualTo(Refusal.Reason.WRONG_IDENTITY);
        ann.close();
        for (Assignment assignment : List.of(
                other(ann, "d".repeat(32), "n1", 1),
                other(ann, "c".repeat(32), "n2", 1),
                other(ann, "c".repeat(32), "n1", 2))) {
            ann.open();
            Refusal refusal = refusal(ann.storage().assume(assignment));
            assertThat(refusal.reason()).isEqualTo(Refusal.Reason.WRONG_IDENTITY);
            assertThat(refusal.detail()).contains("belongs to node n1").contains("a data folder of its own");
            ann.close();
        }
        assertThat(ann.start().actor()).contains(new Actor(1, 2));
    }

    private static Assignment other(StorageRig rig, String cluster, String node, int number) {
        Assignment assignment = rig.assignment();
        return new Assignment(
                cluster,
                new NodeId(node),
                number,
                0,
                0,
                1,
                assignment.partitions(),
                assignment.held(),
                assignment.donors(),
                2,
                assignment.replicas(),
                Retirements.NONE);
    }

    @Test
    void aRetryAfterARestartIsTheSameWrite() {
        StorageRig ann = rig("ann", 1);
        ann.start();
        Requests.Mutate put = new Requests.Mutate(
                1, Key.of("cart"), Optional.of(Bytes.utf8("apples")), Optional.empty(), "request 1", StorageRig.soon());
        StampedWrite first = ann.done(put);
        ann.restart();
        StampedWrite again = ann.done(put);
        assertThat(again.repeated()).isTrue();
        assertThat(again.delta().events()).isEqualTo(first.delta().events());
    }

    @Test
    void aWriteThatComesWhenItsBootIsClosedIsNotConfirmedSinceItMayBeVoid() {
        StorageRig ann = rig("ann", 1);
        StorageRig ben = rig("ben", 2);
        ann.start();
        ben.start();
        Delta put = ann.put("cart", "apples");
        Requests.Apply write = new Requests.Apply(1, put, "request 1", StorageRig.soon());
        Requests.Apply repair = new Requests.Apply(1, put, "", StorageRig.soon());
        done(ben.storage().apply(write));
        done(ben.storage().assume(closing(ben, new Actor(1, 2), DotSet.of(put.events()))));
        until(() -> done(ben.storage().clocks(Set.of())).stream()
                .allMatch(clock -> clock.clock().floorOf(1) == 2));
        Requests.Apply unknown = new Requests.Apply(1, put, "request 2", StorageRig.soon());
        assertThat(refusal(ben.storage().apply(unknown)).reason()).isEqualTo(Refusal.Reason.RETIRED);
        done(ben.storage().apply(repair));
        // By its own name it is known to be here.
        done(ben.storage().apply(write));
        assertThat(ben.values("cart")).containsExactly("apples");
    }

    private static void until(BooleanSupplier condition) {
        long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("nanoseconds").isLessThan(deadlineNanos);
            LockSupport.parkNanos(1_000_000);
        }
    }

    /**
     * All replicas have promised to take no more of the boots before this one than the ends, which lie in the
     * partitions that have them.
     */
    private static Assignment closing(StorageRig rig, Actor first, DotSet ends) {
        Assignment assignment = rig.assignment();
        TreeMap<PartitionId, DotSet> all = new TreeMap<>();
        for (PartitionClock clock : done(rig.storage().clocks(Set.of()))) {
            all.put(clock.partition(), clock.clock().intersect(ends));
        }
        Retirement retirement =
                new Retirement(first.node(), 1, Optional.of(new Retirement.Attempt(7, first.boot(), true, all)));
        return new Assignment(
                assignment.clusterId(),
                assignment.node(),
                assignment.nodeNumber(),
                0,
                0,
                1,
                assignment.partitions(),
                assignment.held(),
                assignment.donors(),
                2,
                assignment.replicas(),
                new Retirements(1, List.of(retirement)));
    }

    @Test
    void dataWithoutItsIdentityIsRefusedAsACopy() throws IOException {
        StorageRig ann = rig("ann", 1);
        ann.start();
        ann.close();
        Files.delete(folder.resolve("ann/identity"));
        assertThatThrownBy(ann::open)
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("a partial copy")
                .hasMessageContaining("Move it away");
    }

    @Test
    void dataOfAnotherStorageBesideTheIdentityIsRefused() throws IOException {
        StorageRig ann = rig("ann", 1);
        StorageRig copy = rig("copy", 1);
        for (StorageRig each : List.of(ann, copy)) {
            each.start();
            each.close();
        }
        Files.copy(
                folder.resolve("ann/identity"), folder.resolve("copy/identity"), StandardCopyOption.REPLACE_EXISTING);
        assertThatThrownBy(copy::open)
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("two different storages");
    }

    @Test
    void aReplicaWithoutOthersGoesOnWithWhatThereIsWhateverWasLostAndSaysSo() throws IOException {
        StorageRig lost = filledAlone("lost");
        delete(folder.resolve("lost/engine"));
        assertGoesOn(lost, "are missing", List.of());
        StorageRig emptied = filledAlone("emptied");
        delete(folder.resolve("emptied/engine"));
        Files.delete(folder.resolve("emptied/identity"));
        assertGoesOn(emptied, "is empty", List.of());
        filledAlone("copied");
        copy(folder.resolve("copied"), folder.resolve("copy"));
        assertGoesOn(rig("copy", 1).alone(), "is a copy", List.of("apples"));
        StorageRig crashed = periodic("crashed", 1).alone();
        crashed.start();
        crashed.put("cart", "apples");
        copy(folder.resolve("crashed"), folder.resolve("after"));
        StorageRig after = periodic("after", 1).alone().takingCopyForOriginal().onMachineBoot("boot 2");
        assertGoesOn(after, "went down", List.of("apples"));
    }

    private StorageRig filledAlone(String name) {
        StorageRig rig = rig(name, 1).alone();
        rig.start();
        rig.put("cart", "apples");
        rig.close();
        return rig;
    }

    private static void assertGoesOn(StorageRig rig, String why, List<String> values) {
        assertThat(rig.start().notVoting()).isEmpty();
        assertThat(rig.values("cart")).isEqualTo(values);
        rig.put("basket", "plums");
        assertThat(done(rig.storage().describe()).health().possibleLoss())
                .contains(why)
                .contains("no other node has them");
        assertThat(rig.restart().notVoting()).isEmpty();
        assertThat(rig.values("basket")).containsExactly("plums");
        assertThat(done(rig.storage().describe()).health().possibleLoss()).isEmpty();
    }

    @Test
    void aReplicaWithoutOthersThatTurnsOutToBeOldWhenItsBootIsAgreedOnKeepsItsVoteAndItsData() {
        StorageRig ann = filledAlone("ann");
        ann.open();
        done(ann.storage().assume(ann.assignment()));
        Assignment boot = ann.assignment(9, 12345, 1);
        Retirements closed = new Retirements(7, List.of(new Retirement(1, 9, Optional.empty())));
        AssignmentAck assumed = done(ann.storage()
                .assume(new Assignment(
                        boot.clusterId(),
                        boot.node(),
                        boot.nodeNumber(),
                        boot.boot(),
                        boot.formerLife(),
                        boot.placement(),
                        boot.partitions(),
                        boot.held(),
                        boot.donors(),
                        boot.others(),
                        boot.replicas(),
                        closed)));
        assertThat(assumed.notVoting()).isEmpty();
        assertThat(ann.values("cart")).containsExactly("apples");
        assertThat(done(ann.storage().describe()).health().possibleLoss()).contains("restored from a");
    }

    @Test
    void whatWasFetchedOnToAnEmptyDiskIsFetchedOnceMoreWithoutAnAlarmOrACopyOfIt() {
        StorageRig ann = rig("ann", 1);
        StorageRig ben = rig("ben", 2);
        StorageRig cyd = rig("cyd", 3);
        ben.start();
        cyd.start();
        cyd.apply(ben.put("cart", "apples"));
        long lifeOnTheLostDisk = 77;
        ann.open();
        done(ann.storage().assume(ann.assignment(0, lifeOnTheLostDisk, 1)));
        ann.pull(ben);
        Assignment assignment = ann.assignment(5, lifeOnTheLostDisk, 1);
        Retirements closed = new Retirements(7, List.of(new Retirement(2, 2, Optional.empty())));
        Assignment boot = new Assignment(
                assignment.clusterId(),
                assignment.node(),
                assignment.nodeNumber(),
                assignment.boot(),
                assignment.formerLife(),
                assignment.placement(),
                assignment.partitions(),
                assignment.held(),
                assignment.donors(),
                assignment.others(),
                assignment.replicas(),
                closed);
        until(() -> await(ann.storage().assume(boot)) instanceof Outcome.Done<AssignmentAck>);
        assertThat(folder.resolve("ann/engine-of-the-past")).doesNotExist();
        assertThat(done(ann.storage().clocks(Set.of())))
                .allSatisfy(clock -> assertThat(clock.clock()).isEqualTo(DotSet.EMPTY));
    }

    @Test
    void aProcessWhoseBootIsClosedIssuesNoMoreDotsAndEndsWithoutADefect() {
        StorageRig ann = rig("ann", 1);
        ann.start();
        Delta put = ann.put("cart", "apples");
        done(ann.storage().assume(closing(ann, new Actor(1, 2), DotSet.of(put.events()))));
        until(() -> done(ann.storage().clocks(Set.of())).stream()
                .allMatch(clock -> clock.clock().floorOf(1) == 2));
        assertThat(ann.refusal(putting("cart", "pears"))).satisfies(refusal -> {
            assertThat(refusal.reason()).isEqualTo(Refusal.Reason.NO_ACTOR);
            assertThat(refusal.detail()).contains("another process has replaced this one");
        });
        assertThat(ann.values("cart")).containsExactly("apples");
    }

    @Test
    void aLostDiskDoesNotVoteUntilItHasPulledFromEnoughVoters() throws IOException {
        StorageRig ann = rig("ann", 1);
        StorageRig ben = rig("ben", 2);
        StorageRig cyd = rig("cyd", 3);
        for (StorageRig each : List.of(ann, ben, cyd)) {
            each.start();
        }
        Delta put = ann.put("cart", "apples");
        ben.apply(put);
        cyd.close();
        delete(folder.resolve("cyd/engine"));
        assertThat(cyd.start().notVoting()).hasSize(StorageRig.PARTITIONS);
        assertThat(cyd.refusal(putting("cart", "pears")).reason()).isEqualTo(Refusal.Reason.NOT_VOTING);
        cyd.apply(put);
        cyd.pull(ann);
        assertThat(cyd.refusal(putting("cart", "pears")).reason()).isEqualTo(Refusal.Reason.NOT_VOTING);
        assertThat(cyd.restart().notVoting()).hasSize(StorageRig.PARTITIONS);
        cyd.pull(ann);
        cyd.pull(ben);
        assertThat(cyd.values("cart")).containsExactly("apples");
        assertThat(cyd.restart().notVoting()).isEmpty();
    }

    @Test
    void aLostFolderOfANodeThatPeersKnowDoesNotVote() {
        StorageRig ann = rig("ann", 1);
        ann.open();
        assertThat(done(ann.storage().assume(ann.assignment(5, 77, 1))).notVoting())
                .hasSize(StorageRig.PARTITIONS);
    }

    @Test
    void whatWasLostOnceIsNotLostAgainWhenTheNextBootTakesItsTime() {
        StorageRig ann = rig("ann", 1);
        StorageRig ben = rig("ben", 2);
        StorageRig cyd = rig("cyd", 3);
        ben.start();
        cyd.start();
        ann.open();
        long lifeOnTheLostDisk = 77;
        Assignment assignment = ann.assignment(0, lifeOnTheLostDisk, 1);
        assertThat(done(ann.storage().assume(assignment)).notVoting()).hasSize(StorageRig.PARTITIONS);
        ann.pull(ben);
        ann.pull(cyd);
        ann.close();
        ann.open();
        assertThat(done(ann.storage().assume(assignment)).notVoting())
                .as("it has caught up, and still has no boot")
                .isEmpty();
    }

    @Test
    void theLossIsNotForgottenWhenTheProcessDiesBeforeItsReplicasAreMarked() throws IOException {
        StorageRig ann = rig("ann", 1);
        ann.start();
        ann.close();
        delete(folder.resolve("ann/engine"));
        for (int writesBeforeDeath = 0; writesBeforeDeath < 2; writesBeforeDeath++) {
            int spared = writesBeforeDeath;
            StorageRig dying = rig("ann", 1).around(engine -> {
                ScriptedEngine scripted = new ScriptedEngine(engine);
                int[] left = {spared};
                scripted.beforeWrite(() -> {
                    if (left[0]-- <= 0) {
                        ScriptedEngine.fails("the process dies here").run();
                    }
                });
                return scripted;
            });
            dying.open();
            assertThat(refusal(dying.storage().assume(dying.assignment())).reason())
                    .isEqualTo(Refusal.Reason.ENGINE_FAILED);
            dying.close();
        }
        assertThat(ann.start().notVoting()).hasSize(StorageRig.PARTITIONS);
    }

    @Test
    void aMachineThatLosesPowerIssuesNoDotTwiceAndVotesOnlyAfterItHasPulledFromEnoughVoters() throws IOException {
        StorageRig ann = periodic("ann", 1);
        StorageRig ben = rig("ben", 2);
        StorageRig cyd = rig("cyd", 3);
        for (StorageRig each : List.of(ann, ben, cyd)) {
            each.start();
        }
        Set<String> issued = new HashSet<>();
        for (int key = 0; key < 50; key++) {
            issued.add(eventOf(ann.put("key " + key, "kept")));
        }
        copy(folder.resolve("ann"), folder.resolve("after"));
        for (int key = 0; key < 50; key++) {
            Delta put = ann.put("key " + key, "lost");
            issued.add(eventOf(put));
            (key % 2 == 0 ? ben : cyd).apply(put);
        }
        cutLog(folder.resolve("after/engine"));
        StorageRig after = periodic("after", 1).takingCopyForOriginal().onMachineBoot("boot 2");
        assertThat(after.start()).satisfies(assumed -> {
            assertThat(assumed.actor()).contains(new Actor(1, 2));
            assertThat(assumed.notVoting()).hasSize(StorageRig.PARTITIONS);
        });
        after.pull(ben);
        assertThat(after.refusal(putting("key 1", "too early")).reason()).isEqualTo(Refusal.Reason.NOT_VOTING);
        after.pull(cyd);
        for (int key = 0; key < 50; key++) {
            assertThat(after.values("key " + key)).containsExactly("lost");
            assertThat(issued.add(eventOf(after.put("key " + key, "new")))).isTrue();
        }
    }

    /** The dot of a put, which is unique in its partition. */
    private static String eventOf(Delta put) {
        return new Partitioning(StorageRig.PARTITIONS).partitionOf(put.key()) + " " + put.events();
    }

    @Test
    void aKilledProcessVotesAtOnceBecauseTheMachineHasItsWrites() throws IOException {
        StorageRig ann = periodic("ann", 1);
        ann.start();
        ann.put("cart", "apples");
        copy(folder.resolve("ann"), folder.resolve("after"));
        StorageRig after = periodic("after", 1).takingCopyForOriginal();
        assertThat(after.start().notVoting()).isEmpty();
        assertThat(after.values("cart")).containsExactly("apples");
    }

    @Test
    void aCopiedFolderDoesNotVoteUnlessSomebodyKnowsThatItIsTheNewest() throws IOException {
        StorageRig ann = rig("ann", 1);
        ann.start();
        ann.put("cart", "apples");
        ann.close();
        copy(folder.resolve("ann"), folder.resolve("moved"));
        copy(folder.resolve("ann"), folder.resolve("copy"));
        assertThat(rig("moved", 1).accepted().start().notVoting()).isEmpty();
        StorageRig copy = rig("copy", 1);
        assertThat(copy.start().notVoting()).hasSize(StorageRig.PARTITIONS);
        assertThat(copy.restart().notVoting()).as("once is enough").hasSize(StorageRig.PARTITIONS);
        copy.close();
        assertThat(copy.accepted().start().notVoting())
                .as("somebody says so after it was marked")
                .isEmpty();
        copy.close();
        assertThat(rig("copy", 1).start().notVoting()).as("for good").isEmpty();
    }

    @Test
    void anOldCopyOfTheFilesBesideTheIdentityOfTodayDoesNotVoteUntilItHasPulledFromEnoughVoters() throws IOException {
        StorageRig ann = rig("ann", 1);
        StorageRig ben = rig("ben", 2);
        StorageRig cyd = rig("cyd", 3);
        for (StorageRig each : List.of(ann, ben, cyd)) {
            each.start();
        }
        copy(folder.resolve("ann/engine"), folder.resolve("old"));
        Delta put = ann.put("cart", "apples");
        ben.apply(put);
        ann.close();
        delete(folder.resolve("ann/engine"));
        copy(folder.resolve("old"), folder.resolve("ann/engine"));
        assertThat(ann.start().notVoting()).hasSize(StorageRig.PARTITIONS);
        assertThat(ann.restart().notVoting()).as("after a restart").hasSize(StorageRig.PARTITIONS);
        ann.pull(ben);
        ann.pull(cyd);
        assertThat(ann.values("cart")).containsExactly("apples");
        assertThat(ann.restart().notVoting()).isEmpty();
    }

    @Test
    void aCopyOfTheFilesThatSomebodySaysIsTheNewestVotes() throws IOException {
        StorageRig ann = rig("ann", 1);
        ann.start();
        copy(folder.resolve("ann/engine"), folder.resolve("old"));
        ann.close();
        delete(folder.resolve("ann/engine"));
        copy(folder.resolve("old"), folder.resolve("ann/engine"));
        assertThat(ann.accepted().start().notVoting()).isEmpty();
        ann.close();
        assertThat(rig("ann", 1).start().notVoting()).as("for good").isEmpty();
    }

    @Test
    void aMachineThatStopsAfterACleanStopLosesNothing() {
        StorageRig ann = periodic("ann", 1);
        ann.start();
        ann.put("cart", "apples");
        ann.close();
        assertThat(ann.onMachineBoot("boot 2").start().notVoting()).isEmpty();
        assertThat(ann.values("cart")).containsExactly("apples");
    }

    @Test
    void aStopBeforeTheMandateDoesNotMakeAnEarlierPowerLossHarmless() throws IOException {
        StorageRig ann = periodic("ann", 1);
        ann.start();
        ann.put("cart", "apples");
        copy(folder.resolve("ann"), folder.resolve("after"));
        StorageRig after = periodic("after", 1).takingCopyForOriginal().onMachineBoot("boot 2");
        after.open();
        after.close();
        after.open();
        await(after.storage().assume(other(after, "d".repeat(32), "n1", 1)));
        after.close();
        assertThat(after.start().notVoting()).hasSize(StorageRig.PARTITIONS);
    }

    @Test
    void anUnreadableIdentityIsNoNewIdentity() throws IOException {
        StorageRig ann = rig("ann", 1);
        ann.start();
        ann.close();
        Path identity = folder.resolve("ann/identity");
        byte[] bytes = Files.readAllBytes(identity);
        bytes[bytes.length / 2] ^= 1;
        Files.write(identity, bytes);
        assertThatThrownBy(ann::open).isInstanceOf(EngineException.class).hasMessageContaining("identity is damaged");
    }

    @Test
    void theIdentityFileTellsTheBootBeforeTheFirstWrite() {
        StorageRig ann = rig("ann", 1);
        ann.start();
        assertThat(new FileIdentityStore(folder.resolve("ann/identity"), false).load())
                .hasValueSatisfying(identity -> assertThat(identity.boot()).isEqualTo(1));
    }

    private StorageRig periodic(String name, int node) {
        return rig(name, node).with(StorageRig.settings(StorageSettings.Durability.PERIODIC));
    }

    /** Drops the end of the newest write-ahead log, as a machine does that had not yet written it to the disk. */
    private static void cutLog(Path engine) throws IOException {
        try (Stream<Path> files = Files.list(engine)) {
            Path log = files.filter(file -> file.toString().endsWith(".log"))
                    .max(Comparator.naturalOrder())
                    .orElseThrow();
            try (RandomAccessFile cut = new RandomAccessFile(log.toFile(), "rw")) {
                cut.setLength(cut.length() * 2 / 3);
            }
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file));
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else if (!file.getFileName().toString().equals("LOCK")) {
                    Files.copy(file, target);
                }
            }
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
