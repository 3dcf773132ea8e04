package io.dotkv.cluster.local;

import static io.dotkv.cluster.local.SimulatedCluster.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.cluster.Agreement;
import io.dotkv.cluster.ClusterPeer;
import io.dotkv.cluster.Health;
import io.dotkv.cluster.layout.Formation;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.testkit.Seeds;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Names, lost disks, boots, leaving, divided networks: whole clusters on virtual time. */
class MembershipTest {
    private static SimulatedCluster formed(int count, long seed) {
        SimulatedCluster cluster = SimulatedCluster.of(count, count, seed).startAll();
        cluster.untilFormed(5);
        return cluster;
    }

    @Test
    void aSecondNodeOfATakenNameStopsWithASentenceAndTheFirstGoesOn() {
        Seeds.run(50, random -> {
            long seed = random.nextInt(Integer.MAX_VALUE);
            SimulatedCluster cluster = formed(3, seed);
            SimulatedNode first = cluster.node(1);
            long incarnation = first.recordOf(first).incarnation();
            SimulatedNode second = cluster.add("b", "elsewhere.test:3000", List.of(SimulatedCluster.addressOf("a")), 3);
            second.start();
            cluster.until("the second has stopped", 5, () -> !second.isUp());
            assertThat(second.fatal())
                    .singleElement()
                    .asString()
                    .contains("the name b is taken")
                    .contains("b.test:3000");
            cluster.run(20);
            cluster.untilFormed(1);
            assertThat(first.fatal()).isEmpty();
            assertThat(first.recordOf(first).incarnation()).isEqualTo(incarnation);
            assertThat(cluster.node(0).recordOf(first).clusterAddress()).isEqualTo("b.test:3000");
        });
    }

    @Test
    void aNodeThatCannotSaveStopsWhateverTheFailure() {
        SimulatedCluster cluster = formed(3, 1);
        SimulatedNode broken = cluster.node(1);
        broken.breakDisk();
        cluster.add("d", "d.test:3000", List.of(SimulatedCluster.addressOf("a")), 3)
                .start();
        cluster.until("the node has stopped", 30, () -> !broken.isUp());
        assertThat(broken.fatal())
                .singleElement()
                .asString()
                .contains("could not be saved")
                .contains("disk is broken");
    }

    @Test
    void aProcessOnACopyOfANodesDataStopsWithASentenceAndTheNodeGoesOnUnharmed() {
        Seeds.run(50, random -> {
            SimulatedCluster cluster = formed(3, random.nextInt(Integer.MAX_VALUE));
            SimulatedNode first = cluster.node(1);
            long incarnation = first.recordOf(first).incarnation();
            SimulatedNode copy = copyOf(first, cluster, "b");
            copy.start();
            cluster.until("the copy has stopped", 5, () -> !copy.isUp());
            assertThat(copy.fatal()).singleElement().asString().contains("copies of one data folder");
            cluster.run(20);
            cluster.untilFormed(1);
            assertThat(first.fatal()).isEmpty();
            assertThat(first.recordOf(first).incarnation()).isEqualTo(incarnation);
            assertThat(cluster.node(0).recordOf(first).clusterAddress()).isEqualTo("b.test:3000");
            assertThat(cluster.falselyDead()).isEmpty();
        });
    }

    @Test
    void aCopyThatIsStartedWhileTheOriginalDoesNotAnswerForAMomentIsTheOneThatStops() {
        Seeds.run(50, random -> {
            SimulatedCluster cluster = formed(3, random.nextInt(Integer.MAX_VALUE));
            SimulatedNode first = cluster.node(1);
            SimulatedNode copy = copyOf(first, cluster, "a", "c");
            isolate(cluster, first);
            cluster.network().cut(first, copy);
            cluster.network().cut(copy, first);
            copy.start();
            cluster.run(0.5 + random.nextInt(20) / 10.0);
            assertThat(cluster.node(0).recordOf(first).clusterAddress()).isEqualTo("b.test:3000");
            cluster.network().heal();
            cluster.until("the copy has stopped", 10, () -> !copy.isUp());
            cluster.run(10);
            assertThat(first.fatal()).isEmpty();
            cluster.untilFormed(2);
        });
    }

    @Test
    void ofTwoProcessesOnCopiesOfOneFolderThatCouldNotMeetOneStopsWhenTheNetworkHeals() {
        Seeds.run(20, random -> {
            SimulatedCluster cluster = formed(3, random.nextInt(Integer.MAX_VALUE));
            SimulatedNode first = cluster.node(1);
            isolate(cluster, first);
            SimulatedNode copy = copyOf(first, cluster, "a", "c");
            cluster.network().cut(first, copy);
            cluster.network().cut(copy, first);
            copy.start();
            cluster.until(
                    "b is back elsewhere",
                    15,
                    () -> cluster.node(0).recordOf(copy).clusterAddress().equals("elsewhere.test:3000"));
            cluster.network().heal();
            cluster.until("one has stopped", 30, () -> !first.isUp() || !copy.isUp());
            cluster.run(10);
            assertThat(first.isUp() ^ copy.isUp()).isTrue();
            cluster.untilFormed(2);
        });
    }

    private static SimulatedNode copyOf(SimulatedNode first, SimulatedCluster cluster, String... seeds) {
        SimulatedNode copy = cluster.add(
                first.id().name(),
                "elsewhere.test:3000",
                Stream.of(seeds).map(SimulatedCluster::addressOf).toList(),
                3);
        copy.putBack(first.copyOfDisk());
        return copy;
    }

    @Test
    void ofTwoNodesThatTookOneNameWhileTheNetworkWasDividedOneStopsWhenItHeals() {
        Seeds.run(20, random -> {
            long seed = random.nextInt(Integer.MAX_VALUE);
            SimulatedCluster cluster = formed(3, seed);
            SimulatedNode first = cluster.node(1);
            isolate(cluster, first);
            cluster.until("b is dead", 8, () -> cluster.node(0).healthOf(first) == Health.DEAD);
            SimulatedNode second = cluster.add(
                    "b",
                    "elsewhere.test:3000",
                    List.of(SimulatedCluster.addressOf("a"), SimulatedCluster.addressOf("c")),
                    3);
            second.start();
            cluster.until("b is back elsewhere", 5, () -> cluster.node(0).healthOf(second) == Health.ALIVE);
            assertThat(first.isUp()).isTrue();
            cluster.network().heal();
            cluster.until("one has stopped", 30, () -> !first.isUp() || !second.isUp());
            cluster.run(10);
            assertThat(first.isUp() ^ second.isUp()).as("seed %d", seed).isTrue();
            cluster.untilFormed(2);
        });
    }

    @Test
    void aNodeThatLostItsDiskIsBackUnderItsNameInTheSameCluster() {
        Seeds.run(50, random -> {
            long seed = random.nextInt(Integer.MAX_VALUE);
            SimulatedCluster cluster = formed(3, seed);
            SimulatedNode victim = cluster.node((int) (seed % 3));
            Agreement before = victim.agreement().orElseThrow();
            CompletionStage<Void> recorded = victim.cluster().recordBoot(7);
            cluster.run(2);
            assertThat(recorded.toCompletableFuture()).isDone();
            victim.crash();
            cluster.loseDisk(victim);
            cluster.run((int) (seed % 10) + 1.5);
            victim.start();
            cluster.untilFormed(5);
            cluster.until(
                    "it is a member again under its number",
                    5,
                    () -> victim.agreement()
                            .orElseThrow()
                            .state()
                            .member(victim.id())
                            .orElseThrow()
                            .instance()
                            .equals(victim.recordOf(victim).instance()));
            Agreement after = victim.agreement().orElseThrow();
            assertThat(after.clusterId()).isEqualTo(before.clusterId());
            assertThat(after.numberOf(victim.id())).isEqualTo(before.numberOf(victim.id()));
            assertThat(victim.recordOf(victim).boot()).isEqualTo(7);
            assertThat(cluster.hadTwoClusters()).isFalse();
        });
    }

    @Test
    void theHighestBootOfANodeIsKnownToAllAndSurvivesRestarts() {
        SimulatedCluster cluster = formed(3, 3);
        SimulatedNode node = cluster.node(0);
        CompletionStage<Void> recorded = node.cluster().recordBoot(4);
        CompletionStage<Void> lower = node.cluster().recordBoot(2);
        cluster.until(
                "all know boot 4",
                2,
                () -> cluster.up().stream()
                        .allMatch(other -> other.recordOf(node).boot() == 4));
        assertThat(recorded.toCompletableFuture()).isCompleted();
        assertThat(lower.toCompletableFuture()).isCompleted();
        cluster.nodes().forEach(SimulatedNode::crash);
        cluster.node(1).start();
        cluster.run(0.1);
        assertThat(cluster.node(1).recordOf(node).boot()).isEqualTo(4);
    }

    @Test
    void aNodeThatLeavesIsGoneAtOnceAndComesBackWithAHigherIncarnation() {
        SimulatedCluster cluster = formed(3, 3);
        SimulatedNode node = cluster.node(2);
        long incarnation = node.recordOf(node).incarnation();
        CompletionStage<Void> left = node.cluster().leave();
        double seconds = cluster.until(
                "all know",
                1,
                () -> cluster.node(0).healthOf(node) == Health.LEFT
                        && cluster.node(1).healthOf(node) == Health.LEFT);
        assertThat(seconds).isLessThan(0.5);
        cluster.until(
                "the leaver was told", 1.1, () -> left.toCompletableFuture().isDone());
        node.crash();
        cluster.run(30);
        assertThat(cluster.othersSee(node, Health.LEFT)).isTrue();
        node.start();
        cluster.untilFormed(3);
        assertThat(cluster.node(0).recordOf(node).incarnation()).isGreaterThan(incarnation);
    }

    @Test
    void theHalvesOfAHealedNetworkFindEachOtherByThemselves() {
        Seeds.run(20, random -> {
            long seed = random.nextInt(Integer.MAX_VALUE);
            SimulatedCluster cluster = formed(5, seed);
            for (SimulatedNode one : cluster.nodes().subList(0, 2)) {
                for (SimulatedNode other : cluster.nodes().subList(2, 5)) {
                    cluster.network().cut(one, other);
                    cluster.network().cut(other, one);
                }
            }
            cluster.run(120);
            assertThat(cluster.node(0).healthOf(cluster.node(4))).isEqualTo(Health.DEAD);
            cluster.network().heal();
            cluster.untilFormed(30);
        });
    }

    @Test
    void aNodeThatOnlyOneOtherCannotReachStaysAlive() {
        SimulatedCluster cluster = formed(3, 4);
        cluster.network().cut(cluster.node(0), cluster.node(1));
        boolean[] dead = new boolean[1];
        cluster.observe(
                (node, view) -> dead[0] |= view.members().stream().anyMatch(member -> member.health() == Health.DEAD));
        cluster.run(300);
        assertThat(dead[0]).isFalse();
    }

    @Test
    void aSuspectedNodeRefutesWithAHigherIncarnation() {
        SimulatedCluster cluster = formed(3, 6);
        SimulatedNode victim = cluster.node(1);
        long incarnation = victim.recordOf(victim).incarnation();
        isolate(cluster, victim);
        cluster.until("suspected", 5, () -> cluster.othersSee(victim, Health.SUSPECT));
        cluster.network().heal();
        cluster.until("refuted", 2, () -> cluster.othersSee(victim, Health.ALIVE));
        assertThat(cluster.node(0).recordOf(victim).incarnation()).isGreaterThan(incarnation);
    }

    @Test
    void twoClustersNeverMixEvenWhenANodeOfOneIsASeedOfTheOther() {
        SimulatedCluster cluster = new SimulatedCluster(8);
        SimulatedNode one = cluster.add("one", "one.test:3000", List.of(), 1);
        SimulatedNode two = cluster.add("two", "two.test:3000", List.of("one.test:3000"), 1);
        two.start();
        two.crash();
        one.start();
        cluster.run(1);
        // A cluster of its own from the time before its seed was set.
        SimulatedNode strayed = cluster.add("two", "two.test:3000", List.of(), 1);
        strayed.start();
        cluster.run(1);
        assertThat(cluster.clusterIds()).hasSize(2);
        CompletionStage<ClusterPeer.Knowledge> refused = cluster.network()
                .cluster(strayed)
                .at("one.test:3000", SECOND)
                .exchange(new ClusterPeer.Knowledge(strayed.recordOf(strayed), List.of(), strayed.formation(), 1));
        CompletionStage<ClusterPeer.ProbeAnswer> refusedProbe = cluster.network()
                .cluster(strayed)
                .at("one.test:3000", SECOND)
                .probe(new ClusterPeer.Probe(
                        strayed.recordOf(strayed),
                        one.id(),
                        strayed.agreement().orElseThrow().clusterId(),
                        Optional.empty(),
                        0,
                        0));
        cluster.run(2);
        assertThat(refused.toCompletableFuture())
                .isCompletedExceptionally()
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withMessageContaining("belongs to cluster");
        assertThat(refusedProbe.toCompletableFuture()).isCompletedExceptionally();
        assertThat(one.view().members()).hasSize(1);
    }

    @Test
    void aProposalFromOutsideIsAnsweredWithTheFormationThatThereIs() {
        SimulatedCluster cluster = formed(3, 2);
        Formation other = Formation.first(
                "0".repeat(32),
                Bytes.wrap(new byte[32]),
                List.of(cluster.node(0).id(), cluster.node(1).id()),
                List.of("aa", "bb"),
                4,
                2);
        CompletionStage<ClusterPeer.FormAnswer> answer = cluster.node(1)
                .cluster()
                .form(new ClusterPeer.FormStep(cluster.node(0).id(), "ff", other, false));
        cluster.run(0.1);
        ClusterPeer.FormAnswer given = answer.toCompletableFuture().getNow(null);
        assertThat(given.accepted()).isFalse();
        assertThat(given.formation()).isEqualTo(cluster.node(0).formation());
        assertThat(given.reason()).contains("already a member");
    }

    @Test
    void equalStatesExchangeNothingAndDifferentOnesBecomeEqualWithoutGossip() {
        SimulatedCluster cluster = formed(10, 5);
        cluster.run(20);
        int before = cluster.network().exchanges();
        cluster.run(120);
        assertThat(cluster.network().exchanges()).isEqualTo(before);
        cluster.network().gossipIsDown(true);
        SimulatedNode node = cluster.node(0);
        assertThat(node.cluster().recordBoot(4).toCompletableFuture()).isNotDone();
        cluster.until(
                "all know the boot",
                40,
                () -> cluster.up().stream()
                        .allMatch(other -> other.recordOf(node).boot() == 4));
        assertThat(cluster.network().exchanges()).isGreaterThan(before);
        cluster.run(20);
        int after = cluster.network().exchanges();
        cluster.run(120);
        assertThat(cluster.network().exchanges()).isEqualTo(after);
    }

    @Test
    void anAddressMovesToAnotherNodeAndItsFormerOwnerComesBackElsewhere() {
        Seeds.run(20, random -> {
            SimulatedCluster cluster = formed(3, random.nextInt(Integer.MAX_VALUE));
            SimulatedNode b = cluster.node(1);
            b.crash();
            SimulatedNode d = cluster.add("d", b.address(), List.of(SimulatedCluster.addressOf("a")), 3);
            d.start();
            cluster.until("d is alive for all", 3, () -> cluster.othersSee(d, Health.ALIVE));
            cluster.until("b is dead for all", 8, () -> cluster.othersSee(b, Health.DEAD));
            b.moveTo("b2.test:3000");
            b.start();
            cluster.untilFormed(5);
            assertThat(cluster.node(0).recordOf(b).clusterAddress()).isEqualTo("b2.test:3000");
            cluster.run(30);
            assertThat(cluster.up()).hasSize(4);
            cluster.untilFormed(1);
        });
    }

    @Test
    void aNodeThatComesBackAtAnotherAddressBeforeItWasMissedIsFoundThere() {
        Seeds.run(20, random -> {
            SimulatedCluster cluster = formed(3, random.nextInt(Integer.MAX_VALUE));
            SimulatedNode b = cluster.node(1);
            b.crash();
            b.moveTo("b2.test:3000");
            b.start();
            cluster.until(
                    "all know where b is",
                    3,
                    () -> cluster.up().stream()
                            .allMatch(node -> node.recordOf(b).clusterAddress().equals("b2.test:3000")));
            cluster.run(20);
            cluster.untilFormed(1);
            assertThat(cluster.falselyDead()).isEmpty();
        });
    }

    @Test
    void aDeadMemberIsNeverForgottenAndWelcomeWhenItComesBack() {
        SimulatedCluster cluster = SimulatedCluster.large(5, 3, settings -> settings.withForgetNanos(60 * SECOND));
        SimulatedNode late = cluster.node(4);
        SimulatedNode founder = cluster.node(1);
        cluster.until(
                "the last one is a member",
                5,
                () -> cluster.nodes().stream()
                        .allMatch(node -> node.agreement()
                                .orElseThrow()
                                .numberOf(late.id())
                                .isPresent()));
        late.crash();
        founder.crash();
        cluster.run(200);
        assertThat(cluster.othersSee(late, Health.DEAD)).isTrue();
        assertThat(cluster.othersSee(founder, Health.DEAD)).isTrue();
        late.start();
        founder.start();
        cluster.untilAgreed(10);
    }

    @Test
    void theSameSeedGivesTheSameRun() {
        assertThat(trace(42)).isEqualTo(trace(42)).isNotEqualTo(trace(43));
    }

    private static String trace(long seed) {
        SimulatedCluster cluster = SimulatedCluster.of(3, 3, seed);
        StringBuilder trace = new StringBuilder();
        cluster.observe((node, view) -> trace.append(cluster.time().monotonicNanos())
                .append(node)
                .append(view.members())
                .append('\n'));
        cluster.network().lose(20);
        cluster.startAll();
        cluster.run(30);
        cluster.node(1).crash();
        cluster.run(30);
        return trace.toString();
    }

    private static void isolate(SimulatedCluster cluster, SimulatedNode node) {
        for (SimulatedNode other : cluster.nodes()) {
            if (other != node) {
                cluster.network().cut(other, node);
                cluster.network().cut(node, other);
            }
        }
    }
}
