package io.dotkv.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.ports.RandomSource;
import io.dotkv.kernel.ports.SeededRandom;
import io.dotkv.kernel.testkit.Seeds;
import io.dotkv.replication.local.LocalReplication;
import io.dotkv.replication.request.HeldRequest;
import io.dotkv.replication.world.World;
import io.dotkv.replication.world.World.Node;
import io.dotkv.storage.Partitioning;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Scenarios on whole clusters of replication layers over storages that implement the algebra. */
class WholeClusterTest {
    private final World world = new World(new SeededRandom(7), 3, 4);
    private final Node a = world.node(0);
    private final Node b = world.node(1);
    private final Node c = world.node(2);

    @Test
    void whatWasPutThroughOneNodeIsReadThroughEveryOther() {
        applied(world.put(a, "k", "v", Optional.empty(), Consistency.QUORUM));
        for (Node node : world.nodes()) {
            assertThat(values(world.get(node, "k", Consistency.QUORUM))).containsExactly("v");
        }
    }

    @Test
    void twoPutsWithTheSameContextThroughDifferentNodesAreTwoSiblingsEverywhereAndAPutWithTheirContextLeavesOne() {
        WriteResult.Applied first = applied(world.put(a, "k", "old", Optional.empty(), Consistency.QUORUM));
        applied(world.put(b, "k", "left", Optional.of(first.context()), Consistency.QUORUM));
        applied(world.put(c, "k", "right", Optional.of(first.context()), Consistency.QUORUM));
        for (Node node : world.nodes()) {
            assertThat(values(world.get(node, "k", Consistency.QUORUM))).containsExactlyInAnyOrder("left", "right");
        }
        ContextToken context = answered(world.get(b, "k", Consistency.QUORUM)).context();
        WriteResult.Applied merged = applied(world.put(a, "k", "both", Optional.of(context), Consistency.QUORUM));
        assertThat(merged.replaced()).isEqualTo(2);
        for (Node node : world.nodes()) {
            assertThat(values(world.get(node, "k", Consistency.QUORUM))).containsExactly("both");
        }
    }

    @Test
    void aBlindPutReplacesWhatTheCoordinatorHasSeenAndSaysHowMuch() {
        applied(world.put(a, "k", "1", Optional.empty(), Consistency.ALL));
        WriteResult.Applied second = applied(world.put(b, "k", "2", Optional.empty(), Consistency.ALL));
        assertThat(second.replaced()).isEqualTo(1);
        assertThat(values(world.get(c, "k", Consistency.ONE))).containsExactly("2");
    }

    @Test
    void aDeletedKeyIsNotFoundAndStaysSoWhenAReplicaThatMissedTheDeleteReturns() {
        applied(world.put(a, "k", "v", Optional.empty(), Consistency.ALL));
        c.crash();
        settle();
        applied(world.delete(a, "k", Optional.empty(), Consistency.QUORUM));
        c.start();
        world.time().runFor(1 * World.MILLIS);
        assertThat(values(world.get(c, "k", Consistency.QUORUM))).isEmpty();
        settle();
        assertThat(c.storage().row(Key.of("k")).leaves()).isEmpty();
        assertThat(values(world.get(c, "k", Consistency.ONE))).isEmpty();
    }

    @Test
    void aNodeThatWasAwayReplacesByABlindPutWhatItHasMissed() {
        for (int number = 0; number < 20; number++) {
            applied(world.put(a, "k" + number, "old", Optional.empty(), Consistency.ALL));
        }
        c.crash();
        settle();
        for (int number = 0; number < 20; number++) {
            applied(world.put(a, "k" + number, "missed", Optional.empty(), Consistency.QUORUM));
        }
        c.start();
        world.time().runFor(1 * World.MILLIS);
        for (int number = 0; number < 20; number++) {
            assertThat(applied(world.put(c, "k" + number, "new", Optional.empty(), Consistency.QUORUM))
                            .replaced())
                    .isEqualTo(1);
            for (Node node : world.nodes()) {
                assertThat(values(world.get(node, "k" + number, Consistency.QUORUM)))
                        .containsExactly("new");
            }
        }
    }

    @Test
    void aNodeThatIsCutOffFromOnePeerReplacesByABlindPutWhatThatPeerHasTaken() {
        applied(world.put(a, "k", "old", Optional.empty(), Consistency.ALL));
        c.crash();
        settle();
        applied(world.put(a, "k", "missed", Optional.empty(), Consistency.QUORUM));
        c.start();
        a.crash();
        world.time().runFor(1 * World.MILLIS);
        applied(world.put(c, "k", "new", Optional.empty(), Consistency.QUORUM));
        assertThat(values(world.get(c, "k", Consistency.QUORUM))).containsExactly("new");
    }

    @Test
    void equalValuesThatWereWrittenConcurrentlyAreShownOnceAndOneContextCoversThemAll() {
        WriteResult.Applied first = applied(world.put(a, "k", "old", Optional.empty(), Consistency.ALL));
        applied(world.put(b, "k", "same", Optional.of(first.context()), Consistency.ALL));
        applied(world.put(c, "k", "same", Optional.of(first.context()), Consistency.ALL));
        assertThat(a.storage().row(Key.of("k")).leaves()).hasSize(2);
        ReadResult.Answered shown = answered(world.get(a, "k", Consistency.QUORUM));
        assertThat(shown.values())
                .as("the newest")
                .containsExactly(a.storage().row(Key.of("k")).newestFirst().getFirst());
        applied(world.put(a, "k", "next", Optional.of(shown.context()), Consistency.ALL));
        assertThat(a.storage().row(Key.of("k")).leaves()).hasSize(1);
    }

    @Test
    void tenClientsThatReadModifyAndWriteNeverLeaveMoreSiblingsThanThereAreClients() {
        RandomSource random = new SeededRandom(3);
        List<Optional<ContextToken>> contexts = new ArrayList<>();
        for (int client = 0; client < 10; client++) {
            contexts.add(Optional.empty());
        }
        int most = 0;
        for (int round = 0; round < 1000; round++) {
            List<CompletionStage<ReadResult>> reads = new ArrayList<>();
            for (int client = 0; client < 10; client++) {
                reads.add(any(random)
                        .replication()
                        .read(new Operation.Read(Key.of("k"), Consistency.QUORUM, world.in(3000))));
            }
            List<CompletionStage<WriteResult>> writes = new ArrayList<>();
            for (int client = 0; client < 10; client++) {
                ReadResult.Answered read = answered(world.await(reads.get(client)));
                most = Math.max(most, read.values().size());
                contexts.set(client, Optional.of(read.context()));
                writes.add(any(random)
                        .replication()
                        .write(world.write(
                                "k",
                                Optional.of(Bytes.utf8("client " + client)),
                                contexts.get(client),
                                Consistency.QUORUM,
                                "r" + round + "-" + client)));
            }
            writes.forEach(write -> applied(world.await(write)));
        }
        assertThat(most).isBetween(2, 10);
    }

    @Test
    void withTwoOfThreeDownTheDefaultLevelFailsSoonWithoutAnEffectAndOneStillWorks() {
        applied(world.put(a, "k", "before", Optional.empty(), Consistency.ALL));
        b.crash();
        c.crash();
        settle();
        int issued = world.history().issuedCount();
        long began = world.time().monotonicNanos();
        WriteResult.NotApplied refused =
                (WriteResult.NotApplied) world.put(a, "k", "no", Optional.empty(), Consistency.QUORUM);
        ReadResult.Failed unread = (ReadResult.Failed) world.get(a, "k", Consistency.QUORUM);
        assertThat(world.time().monotonicNanos() - began)
                .as("two requests")
                .isLessThan(2 * (HeldRequest.LONGEST_NANOS + 20 * World.MILLIS));
        assertThat(world.history().issuedCount()).isEqualTo(issued);
        assertThat(refused.failure().reason()).isEqualTo(Failure.Reason.TOO_FEW_REPLICAS);
        assertThat(refused.failure().message())
                .contains("The put of key \"k\" was not done", "QUORUM needs 2", "only 1 (a) can be reached");
        assertThat(unread.failure().reason()).isEqualTo(Failure.Reason.TOO_FEW_REPLICAS);
        assertThat(values(world.get(a, "k", Consistency.ONE))).containsExactly("before");
        applied(world.put(a, "k", "after", Optional.empty(), Consistency.ONE));
        assertThat(values(world.get(a, "k", Consistency.ONE))).containsExactly("after");
    }

    @Test
    void whatComesShortlyBeforeEnoughReplicasCanBeReachedAgainIsServed() {
        applied(world.put(a, "k", "before", Optional.empty(), Consistency.ALL));
        b.crash();
        c.crash();
        settle();
        CompletionStage<WriteResult> put = a.replication()
                .write(world.write("k", Optional.of(Bytes.utf8("v")), Optional.empty(), Consistency.QUORUM, "r1"));
        CompletionStage<ReadResult> get =
                a.replication().read(new Operation.Read(Key.of("k"), Consistency.QUORUM, world.in(3000)));
        CompletionStage<ScanResult> scan = a.replication()
                .scan(new Operation.Scan(Bytes.EMPTY, Optional.empty(), 10, Consistency.QUORUM, world.in(3000)));
        world.time().runFor(300 * World.MILLIS);
        assertThat(List.of(put, get, scan))
                .noneMatch(request -> request.toCompletableFuture().isDone());
        b.start();
        applied(world.await(put));
        answered(world.await(get));
        assertThat(world.await(scan)).isInstanceOf(ScanResult.Scanned.class);
    }

    @Test
    void whatIsGivenUpWhileItWaitsForReplicasIsNeverBegunAndKeepsNoPlace() {
        b.crash();
        c.crash();
        settle();
        int issued = world.history().issuedCount();
        CompletionStage<WriteResult> put = a.replication()
                .write(world.write("k", Optional.of(Bytes.utf8("v")), Optional.empty(), Consistency.QUORUM, "r1"));
        put.toCompletableFuture().cancel(false);
        b.start();
        settle();
        assertThat(world.history().issuedCount()).isEqualTo(issued);
        assertThat(a.replication().status().inFlight()).isZero();
        assertThat(world.await(a.replication().drain())).isNull();
    }

    @Test
    void whatANodeMissedWhileItWasDownReachesItWithoutARead() {
        c.crash();
        settle();
        for (int number = 0; number < 20; number++) {
            applied(world.put(a, "k" + number, "v" + number, Optional.empty(), Consistency.QUORUM));
        }
        c.start();
        world.time().runFor(2000 * World.MILLIS);
        for (int number = 0; number < 20; number++) {
            Key key = Key.of("k" + number);
            assertThat(c.storage().row(key)).isEqualTo(a.storage().row(key));
            assertThat(c.storage().row(key).leaves()).hasSize(1);
        }
        assertThat(c.replication().status().peers())
                .allSatisfy(peer -> assertThat(peer.trouble()).isEmpty())
                .anySatisfy(peer -> assertThat(peer.eventsPulled()).isPositive());
    }

    @Test
    void whatOnlyTheReturningNodeHasReachesTheOthersToo() {
        b.crash();
        c.crash();
        settle();
        applied(world.put(a, "k", "alone", Optional.empty(), Consistency.ONE));
        a.crash();
        b.start();
        c.start();
        settle();
        assertThat(values(world.get(b, "k", Consistency.QUORUM))).isEmpty();
        a.start();
        settle();
        assertThat(values(world.get(b, "k", Consistency.ONE))).containsExactly("alone");
        assertThat(values(world.get(c, "k", Consistency.ONE))).containsExactly("alone");
    }

    @Test
    void aReplicaThatDidNotConfirmAWriteIsPromptedAndFetchesItLongBeforeItsNextPullIsDue() {
        settle();
        c.cut(true);
        applied(world.put(a, "k", "v", Optional.empty(), Consistency.QUORUM));
        c.cut(false);
        assertThat(c.storage().row(Key.of("k")).leaves()).isEmpty();
        // The outcome of the delta that was lost is unknown after some two seconds; the next pull would be due after
        // about five.
        world.time().runFor(2500 * World.MILLIS);
        assertThat(c.storage().row(Key.of("k")).leaves()).hasSize(1);
    }

    @Test
    void aKeyIsExplainedWhileAReplicaIsDownAndAnotherLacksAWrite() {
        applied(world.put(a, "k", "old", Optional.empty(), Consistency.ALL));
        c.cut(true);
        applied(world.put(a, "k", "new", Optional.empty(), Consistency.QUORUM));
        c.cut(false);
        ExplainResult.Explained both =
                (ExplainResult.Explained) world.await(b.replication().explain(Key.of("k")));
        assertThat(both.values().getFirst().missingOn()).containsExactly(c.id());
        c.crash();
        settle();
        ExplainResult.Explained one =
                (ExplainResult.Explained) world.await(b.replication().explain(Key.of("k")));
        assertThat(one.copies()).hasSize(3);
        assertThat(one.values()).hasSize(1);
        assertThat(one.findings()).anySatisfy(text -> assertThat(text).contains("What c has is not known"));
    }

    @Test
    void aReadWithTheContextOfAWriteShowsThatWriteAtLevelOneThroughAnyNode() {
        applied(world.put(a, "k", "old", Optional.empty(), Consistency.ALL));
        c.cut(true);
        WriteResult.Applied written = applied(world.put(a, "k", "new", Optional.empty(), Consistency.QUORUM));
        c.cut(false);
        assertThat(values(world.get(c, "k", Consistency.ONE))).containsExactly("old");
        ReadResult.Answered read = answered(world.await(c.replication()
                .read(new Operation.Read(
                        Key.of("k"), Consistency.ONE, Optional.of(written.context()), false, world.in(3000)))));
        assertThat(values(read)).containsExactly("new");
    }

    @Test
    void aMonotonicReadLeavesWhatItShowedOnAMajority() {
        a.cut(true);
        // Nobody but a has it: the level is not reached, and a read through a shows it all the same.
        var _ = a.replication()
                .write(world.write("k", Optional.of(Bytes.utf8("v")), Optional.empty(), Consistency.ONE, "r"));
        world.time().runFor(5 * World.MILLIS);
        a.cut(false);
        ReadResult.Answered read = answered(world.await(a.replication()
                .read(new Operation.Read(Key.of("k"), Consistency.QUORUM, Optional.empty(), true, world.in(3000)))));
        assertThat(values(read)).containsExactly("v");
        a.crash();
        assertThat(values(world.get(b, "k", Consistency.QUORUM))).containsExactly("v");
    }

    @Test
    void onDemandEveryReplicaFetchesAtOnceWhatItMissesAndTheGoalSaysWhenAllHaveIt() {
        settle();
        c.cut(true);
        for (int number = 0; number < 20; number++) {
            applied(world.put(a, "k" + number, "v", Optional.empty(), Consistency.QUORUM));
        }
        c.cut(false);
        ConvergenceResult.Reported begun = converge(Optional.empty());
        assertThat(begun.isReached()).isFalse();
        assertThat(begun.nodes()).extracting(ConvergenceResult.Distance::node).containsExactly(a.id(), b.id(), c.id());
        assertThat(begun.nodes().get(2).missingEvents()).hasValue(20);
        assertThat(begun.nodes().get(0).missingEvents()).hasValue(0);
        world.time().runFor(50 * World.MILLIS);
        applied(world.put(a, "later", "v", Optional.empty(), Consistency.ONE));
        assertThat(converge(Optional.of(begun.goal())).isReached()).isTrue();
    }

    @Test
    void theGoalIsNotReachedBeforeANodeIsHeardThatMayHoldWhatNoOtherHas() {
        b.crash();
        c.crash();
        settle();
        applied(world.put(a, "k", "alone", Optional.empty(), Consistency.ONE));
        a.crash();
        b.start();
        c.start();
        world.time().runFor(2000 * World.MILLIS);
        ConvergenceResult.Reported begun =
                (ConvergenceResult.Reported) world.await(b.replication().converge(Optional.empty()));
        assertThat(begun.isReached()).isFalse();
        assertThat(begun.nodes().get(0).isReached()).isFalse();
        a.start();
        settle();
        assertThat(converge(Optional.of(begun.goal())).isReached()).isTrue();
        assertThat(c.storage().row(Key.of("k")).leaves()).hasSize(1);
    }

    private ConvergenceResult.Reported converge(Optional<ConvergenceGoal> goal) {
        return (ConvergenceResult.Reported) world.await(b.replication().converge(goal));
    }

    @Test
    void aReadRepairsTheReplicaThatIsBehindWithoutWaitingForIt() {
        c.cut(true);
        applied(world.put(a, "k", "v", Optional.empty(), Consistency.QUORUM));
        c.cut(false);
        assertThat(c.storage().row(Key.of("k")).leaves()).isEmpty();
        assertThat(values(world.get(c, "k", Consistency.ALL))).containsExactly("v");
        assertThat(c.storage().row(Key.of("k")).leaves()).isEmpty();
        world.time().runFor(5 * World.MILLIS);
        assertThat(c.storage().row(Key.of("k")).leaves()).hasSize(1);
        assertThat(c.replication().status().repairs()).isEqualTo(1);
    }

    @Test
    void aCoordinatorWithoutAStorageMutatesAtAReplicaAndFansOutItself() {
        LocalReplication coordinator = world.coordinatorBeside(a);
        settle();
        WriteResult.Applied put = applied(world.await(coordinator.write(
                world.write("k", Optional.of(Bytes.utf8("v")), Optional.empty(), Consistency.ALL, "r"))));
        assertThat(put.acknowledgedBy()).containsExactlyInAnyOrder(a.id(), b.id(), c.id());
        assertThat(world.history().issuedCount()).isEqualTo(1);
        assertThat(values(world.await(
                        coordinator.read(new Operation.Read(Key.of("k"), Consistency.ALL, world.in(1000))))))
                .containsExactly("v");
    }

    @Test
    void aReplicaThatDoesNotVoteNeitherAssignsNorAnswersButTakesWhatIsWritten() {
        a.storage().vote(false);
        WriteResult.Applied put = applied(world.put(a, "k", "v", Optional.empty(), Consistency.ALL));
        assertThat(put.dot().orElseThrow().actor().node()).isNotEqualTo(1);
        ReadResult.Answered read = answered(world.get(a, "k", Consistency.QUORUM));
        assertThat(read.answeredBy()).containsExactlyInAnyOrder(b.id(), c.id());
        assertThat(a.storage().row(Key.of("k")).leaves()).hasSize(1);
    }

    @Test
    void aRetryWithTheSameRequestIdIsTheSameWrite() {
        Operation.Write write =
                world.write("k", Optional.of(Bytes.utf8("v")), Optional.empty(), Consistency.QUORUM, "same");
        WriteResult.Applied first = applied(world.await(a.replication().write(write)));
        WriteResult.Applied again = applied(world.await(b.replication().write(write)));
        assertThat(again.dot()).isEqualTo(first.dot());
        assertThat(values(world.get(c, "k", Consistency.QUORUM))).containsExactly("v");
    }

    @Test
    void aNodeThatIsCutOffIsWaitedForOnlyAsLongAsTheDeadlineAndTheOutcomeIsUnknown() {
        b.cut(true);
        c.cut(true);
        long began = world.time().monotonicNanos();
        WriteResult.Unknown unknown =
                (WriteResult.Unknown) world.put(a, "k", "v", Optional.empty(), Consistency.QUORUM);
        assertThat(world.time().monotonicNanos() - began).isLessThan(3010 * World.MILLIS);
        assertThat(unknown.acknowledgedBy()).containsExactly(a.id());
        assertThat(unknown.dot()).isPresent();
        assertThat(unknown.failure().message()).contains("unknown outcome", "1 (a)", "request id");
    }

    @Test
    void aPausedReplicaDoesNotSlowReadsDownByMoreThanTheHedge() {
        applied(world.put(a, "k", "v", Optional.empty(), Consistency.ALL));
        b.cut(true);
        long began = world.time().monotonicNanos();
        assertThat(values(world.get(a, "k", Consistency.QUORUM))).containsExactly("v");
        assertThat(world.time().monotonicNanos() - began).isLessThan(100 * World.MILLIS);
    }

    @Test
    void aContextOfAnotherPartitionOrClusterIsRefusedAndNothingIsWritten() {
        WriteResult.Applied put = applied(world.put(a, "k0", "v", Optional.empty(), Consistency.QUORUM));
        int issued = world.history().issuedCount();
        String elsewhere = keyInAnotherPartition("k0");
        WriteResult.NotApplied refused =
                (WriteResult.NotApplied) world.put(a, elsewhere, "v", Optional.of(put.context()), Consistency.QUORUM);
        assertThat(refused.failure().reason()).isEqualTo(Failure.Reason.MISPLACED_TOKEN);
        WriteResult.NotApplied garbage = (WriteResult.NotApplied)
                world.put(a, "k0", "v", Optional.of(new ContextToken("garbage")), Consistency.QUORUM);
        assertThat(garbage.failure().reason()).isEqualTo(Failure.Reason.MALFORMED_TOKEN);
        assertThat(world.history().issuedCount()).isEqualTo(issued);
    }

    @Test
    void aDrainedLayerTakesNoMoreAndFinishesWhatItTook() {
        CompletionStage<WriteResult> running = a.replication()
                .write(world.write("k", Optional.of(Bytes.utf8("v")), Optional.empty(), Consistency.QUORUM, "r"));
        CompletionStage<Void> drained = a.replication().drain();
        assertThat(drained.toCompletableFuture()).isNotDone();
        WriteResult.NotApplied refused =
                (WriteResult.NotApplied) world.put(a, "k", "late", Optional.empty(), Consistency.QUORUM);
        assertThat(refused.failure().reason()).isEqualTo(Failure.Reason.STOPPING);
        applied(world.await(running));
        world.time().runFor(3000 * World.MILLIS);
        assertThat(drained.toCompletableFuture()).isDone();
    }

    @Test
    void moreRequestsThanTheLimitAreShedUndoneAndTheOthersAreAnswered() {
        List<CompletionStage<WriteResult>> writes = new ArrayList<>();
        for (int number = 0; number < 250; number++) {
            writes.add(a.replication()
                    .write(world.write(
                            "k" + number,
                            Optional.of(Bytes.utf8("v")),
                            Optional.empty(),
                            Consistency.QUORUM,
                            "r" + number)));
        }
        List<WriteResult> results = writes.stream().map(world::await).toList();
        assertThat(results).filteredOn(WriteResult.Applied.class::isInstance).hasSize(200);
        assertThat(results)
                .filteredOn(WriteResult.NotApplied.class::isInstance)
                .hasSize(50)
                .allSatisfy(result -> assertThat(
                                ((WriteResult.NotApplied) result).failure().reason())
                        .isEqualTo(Failure.Reason.OVERLOADED));
        assertThat(world.history().issuedCount()).isEqualTo(200);
        assertThat(a.replication().status().inFlight()).isZero();
    }

    @Test
    void aReplicaThatHangsKeepsNoRequestsOutAndCatchesUpAfterwards() {
        c.cut(true);
        for (int number = 0; number < 500; number++) {
            applied(world.put(a, "k" + number, "v", Optional.empty(), Consistency.QUORUM));
        }
        assertThat(a.replication().status().shed()).isZero();
        c.cut(false);
        world.time().runFor(20_000 * World.MILLIS);
        for (int number = 0; number < 500; number++) {
            assertThat(c.storage().row(Key.of("k" + number)).leaves()).hasSize(1);
        }
    }

    @Test
    void aRestartedNodeIsANewActor() {
        WriteResult.Applied before = applied(world.put(a, "k", "1", Optional.empty(), Consistency.QUORUM));
        a.crash();
        settle();
        a.start();
        settle();
        WriteResult.Applied after = applied(world.put(a, "k", "2", Optional.empty(), Consistency.QUORUM));
        assertThat(before.dot().orElseThrow().actor().boot()).isEqualTo(1);
        assertThat(after.dot().orElseThrow().actor().boot()).isEqualTo(2);
    }

    @Test
    void aScanShowsEveryKeyOnceInByteOrderOverAnyNumberOfPages() {
        Seeds.run(20, random -> {
            World wide = new World(random, 5, 16);
            List<String> keys = new ArrayList<>();
            for (int number = 0; number < 60; number++) {
                String key = "key-" + (100 + number);
                keys.add(key);
                applied(wide.put(any(wide, random), key, "of " + key, Optional.empty(), Consistency.QUORUM));
            }
            for (int number = 10; number < 40; number++) {
                applied(wide.delete(any(wide, random), keys.get(10), Optional.empty(), Consistency.QUORUM));
                keys.remove(10);
            }
            assertThat(scanned(wide, any(wide, random), 1 + random.nextInt(20))).isEqualTo(keys);
        });
    }

    @Test
    void aScanAtQuorumShowsNoKeyWhoseDeleteItsSecondReplicaMissed() {
        applied(world.put(a, "k", "v", Optional.empty(), Consistency.ALL));
        c.cut(true);
        applied(world.delete(a, "k", Optional.empty(), Consistency.QUORUM));
        c.cut(false);
        assertThat(c.storage().row(Key.of("k")).leaves()).hasSize(1);
        for (Node node : world.nodes()) {
            assertThat(scanned(world, node, 10)).isEmpty();
        }
    }

    @Test
    void aScanFailsWhenSomePartitionHasTooFewReplicas() {
        b.crash();
        c.crash();
        settle();
        ScanResult result = world.await(a.replication()
                .scan(new Operation.Scan(Bytes.EMPTY, Optional.empty(), 10, Consistency.QUORUM, world.in(1000))));
        assertThat(result).isInstanceOf(ScanResult.Failed.class);
        assertThat(((ScanResult.Failed) result).failure().message()).contains("not b, c");
    }

    private static List<String> scanned(World world, Node through, int pageSize) {
        List<String> keys = new ArrayList<>();
        Optional<PageToken> page = Optional.empty();
        do {
            ScanResult.Scanned result = (ScanResult.Scanned) world.await(through.replication()
                    .scan(new Operation.Scan(Bytes.EMPTY, page, pageSize, Consistency.QUORUM, world.in(3000))));
            assertThat(result.entries()).hasSizeLessThanOrEqualTo(pageSize);
            result.entries()
                    .forEach(entry -> keys.add(new String(entry.key().bytes().array(), StandardCharsets.UTF_8)));
            page = result.next();
        } while (page.isPresent());
        return keys;
    }

    private String keyInAnotherPartition(String key) {
        var partitioning = new Partitioning(4);
        for (int number = 0; ; number++) {
            if (!partitioning.partitionOf(Key.of("k" + number)).equals(partitioning.partitionOf(Key.of(key)))) {
                return "k" + number;
            }
        }
    }

    private void settle() {
        world.time().runFor(3000 * World.MILLIS);
    }

    private Node any(RandomSource random) {
        return any(world, random);
    }

    private static Node any(World world, RandomSource random) {
        return world.node(random.nextInt(world.nodes().size()));
    }

    private static WriteResult.Applied applied(WriteResult result) {
        assertThat(result).isInstanceOf(WriteResult.Applied.class);
        return (WriteResult.Applied) result;
    }

    private static ReadResult.Answered answered(ReadResult result) {
        assertThat(result).isInstanceOf(ReadResult.Answered.class);
        return (ReadResult.Answered) result;
    }

    private static List<String> values(ReadResult result) {
        return answered(result).values().stream()
                .map(Leaf::payload)
                .map(payload -> new String(payload.array(), StandardCharsets.UTF_8))
                .toList();
    }
}
