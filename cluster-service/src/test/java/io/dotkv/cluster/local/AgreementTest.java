package io.dotkv.cluster.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dotkv.cluster.Cluster.AgreedBoot;
import io.dotkv.cluster.Cluster.BootRequest;
import io.dotkv.cluster.Cluster.Departed;
import io.dotkv.cluster.ClusterStore.Document;
import io.dotkv.cluster.Health;
import io.dotkv.cluster.NotAgreedException;
import io.dotkv.cluster.register.state.AcceptorId;
import io.dotkv.cluster.register.state.ClusterState;
import io.dotkv.cluster.register.state.RegisteredMember;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.testkit.Seeds;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** What nodes agree on through the cluster register, on virtual time. */
class AgreementTest {
    private static SimulatedCluster formed(int count, long seed) {
        SimulatedCluster cluster = SimulatedCluster.of(count, count, seed).startAll();
        cluster.untilFormed(5);
        return cluster;
    }

    private static ClusterState stateAt(SimulatedNode node) {
        return node.agreement().orElseThrow().state();
    }

    private static <T> T done(SimulatedCluster cluster, double seconds, CompletionStage<T> stage) {
        cluster.until("answered", seconds, () -> stage.toCompletableFuture().isDone());
        return stage.toCompletableFuture().join();
    }

    private static AgreedBoot boot(SimulatedCluster cluster, SimulatedNode node, long life) {
        return done(cluster, 8, node.cluster().boot(new BootRequest(life, "disk", 0)));
    }

    private static void untilAllKnow(SimulatedCluster cluster, double seconds) {
        cluster.run(0.5);
        cluster.until(
                "all know the same",
                seconds,
                () -> cluster.up().stream()
                                .map(SimulatedNode::agreement)
                                .distinct()
                                .count()
                        == 1);
    }

    private static Set<String> acceptors(SimulatedNode node) {
        Set<String> names = new HashSet<>();
        stateAt(node)
                .acceptors()
                .present()
                .forEach(acceptor -> names.add(acceptor.node().name()));
        return names;
    }

    @Test
    void everyProcessOfAStorageHasABootOfItsOwn() {
        SimulatedCluster cluster = formed(3, 1);
        SimulatedNode node = cluster.node(1);
        assertThat(boot(cluster, node, 11)).isEqualTo(new AgreedBoot(1, 0));
        assertThat(boot(cluster, node, 11)).as("it asks again").isEqualTo(new AgreedBoot(1, 0));
        assertThat(boot(cluster, node, 12)).isEqualTo(new AgreedBoot(2, 11));
        assertThat(done(cluster, 5, node.cluster().boot(new BootRequest(13, "disk", 40))))
                .as("its disk remembers more")
                .isEqualTo(new AgreedBoot(41, 12));
        untilAllKnow(cluster, 3);
        assertThat(stateAt(cluster.node(0)).member(node.id()).orElseThrow().boot())
                .isEqualTo(41);
    }

    @Test
    void bootsOfAllNodesAtOnceAreAgreedOnTogether() {
        Seeds.run(20, random -> {
            SimulatedCluster cluster = formed(5, random.nextInt(Integer.MAX_VALUE));
            List<CompletionStage<AgreedBoot>> asked = cluster.nodes().stream()
                    .map(node -> node.cluster().boot(new BootRequest(7, "disk", 0)))
                    .toList();
            asked.forEach(stage -> assertThat(done(cluster, 8, stage)).isEqualTo(new AgreedBoot(1, 0)));
        });
    }

    @Test
    void ofThreeTheTwoThatAreLeftRestartAndTakeBoots() {
        Seeds.run(20, random -> {
            SimulatedCluster cluster = formed(3, random.nextInt(Integer.MAX_VALUE));
            cluster.node(2).crash();
            for (SimulatedNode restarted : cluster.nodes().subList(0, 2)) {
                restarted.crash();
                cluster.run(random.nextInt(5));
                restarted.start();
                cluster.run(3);
            }
            assertThat(boot(cluster, cluster.node(0), 5).number()).isEqualTo(1);
            assertThat(boot(cluster, cluster.node(1), 5).number()).isEqualTo(1);
        });
    }

    @Test
    void withoutAMajorityOfTheAcceptorsAStartWaitsAndSaysSo() {
        SimulatedCluster cluster = formed(3, 4);
        cluster.node(0).crash();
        cluster.node(2).crash();
        CompletionStage<AgreedBoot> asked = cluster.node(1).cluster().boot(new BootRequest(9, "disk", 0));
        cluster.run(11);
        assertThatThrownBy(() -> asked.toCompletableFuture().join())
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        NotAgreedException.class,
                        failure -> assertThat(failure.mayTakeEffect()).isTrue())
                .hasMessageContaining("too few of the 3 acceptors")
                .hasMessageContaining("2 are needed");
        assertThat(cluster.node(1).isUp()).isTrue();
        cluster.node(0).start();
        cluster.run(1);
        assertThat(boot(cluster, cluster.node(1), 9)).isEqualTo(new AgreedBoot(1, 0));
    }

    @Test
    void whoIsRemovedIsRefusedForEverAndStops() {
        Seeds.run(10, random -> {
            SimulatedCluster cluster = formed(4, random.nextInt(Integer.MAX_VALUE));
            SimulatedNode removed = cluster.node(3);
            assertThatThrownBy(() -> done(cluster, 2, cluster.node(0).cluster().remove(removed.id(), false)))
                    .hasMessageContaining("is alive at");
            removed.crash();
            cluster.until("it is dead", 20, () -> cluster.othersSee(removed, Health.DEAD));
            Departed departed = done(cluster, 5, cluster.node(1).cluster().remove(removed.id(), true));
            assertThat(departed.number()).isEqualTo(4);
            assertThat(departed.partitions()).isEqualTo(192);
            assertThat(done(cluster, 5, cluster.node(2).cluster().remove(removed.id(), true)))
                    .as("once more")
                    .isEqualTo(departed);
            untilAllKnow(cluster, 5);
            assertThat(cluster.up())
                    .allMatch(node -> node.view().member(removed.id()).isEmpty());
            for (int start = 0; start < 2; start++) {
                removed.start();
                cluster.until("it has stopped", 10, () -> !removed.isUp());
                assertThat(removed.fatal().getLast()).contains("was removed from the cluster");
            }
            cluster.run(5);
            assertThat(cluster.up())
                    .allMatch(node -> node.view().member(removed.id()).isEmpty());
            cluster.loseDisk(removed);
            removed.start();
            cluster.until("its name is refused, too", 10, () -> !removed.isUp());
            assertThat(removed.fatal().getLast()).contains("is still in the layout");
        });
    }

    @Test
    void aNodeThatHoldsPartitionsGoesOnlyWhenItIsForcedAndTheRefusalSaysWhatWouldBeLost() {
        SimulatedCluster cluster = formed(5, 6);
        for (SimulatedNode gone : cluster.nodes().subList(3, 5)) {
            gone.crash();
            cluster.until("it is dead", 20, () -> cluster.othersSee(gone, Health.DEAD));
        }
        NodeId first = cluster.node(3).id();
        assertThatThrownBy(() -> done(cluster, 5, cluster.node(0).cluster().remove(first, false)))
                .hasMessageContaining(first + " holds 153 partitions")
                .hasMessageContaining("153 with 2 of 3 replicas")
                .hasMessageContaining("cannot be undone")
                .hasMessageContaining("--force");
        assertThat(cluster.node(0).view().agreement().orElseThrow().numberOf(first))
                .as("nothing was changed")
                .isPresent();
        done(cluster, 5, cluster.node(0).cluster().remove(first, true));
        NodeId second = cluster.node(4).id();
        assertThatThrownBy(() -> done(cluster, 5, cluster.node(0).cluster().remove(second, false)))
                .hasMessageContaining("no longer be read or written at QUORUM");
        assertThat(done(cluster, 5, cluster.node(0).cluster().remove(second, true))
                        .number())
                .isEqualTo(5);
    }

    @Test
    void whoLeavesForGoodIsTakenOutAndStops() {
        SimulatedCluster cluster = formed(4, 3);
        SimulatedNode leaver = cluster.node(0);
        assertThatThrownBy(() -> done(cluster, 5, leaver.cluster().leaveForGood(false)))
                .hasMessageContaining("holds 192 partitions");
        cluster.run(1);
        assertThat(leaver.isUp()).isTrue();
        assertThat(done(cluster, 5, leaver.cluster().leaveForGood(true)).number())
                .isEqualTo(1);
        cluster.until("it has stopped", 3, () -> !leaver.isUp());
        assertThat(leaver.fatal().getLast()).contains("left the cluster permanently");
        untilAllKnow(cluster, 5);
        cluster.until(
                "its place among the acceptors is given up",
                10,
                () -> !acceptors(cluster.node(1)).contains("a"));
    }

    @Test
    void whoLostItsDiskKeepsItsNumberAndIsAnAcceptorAgain() {
        SimulatedCluster cluster = formed(3, 2);
        SimulatedNode victim = cluster.node(2);
        assertThat(boot(cluster, victim, 5).number()).isEqualTo(1);
        victim.crash();
        cluster.run(8);
        cluster.loseDisk(victim);
        victim.start();
        cluster.until("the new disk is an acceptor, and the old one is none", 20, () -> {
            List<AcceptorId> acceptors = stateAt(cluster.node(0)).acceptors().all();
            return victim.agreement().isPresent()
                    && acceptors.stream()
                            .anyMatch(acceptor -> acceptor.instance()
                                    .equals(victim.recordOf(victim).instance()))
                    && acceptors.size() == 3;
        });
        assertThat(boot(cluster, victim, 6)).isEqualTo(new AgreedBoot(2, 5));
        assertThat(victim.agreement().orElseThrow().numberOf(victim.id())).hasValue(3);
    }

    @Test
    void thereAreSevenAcceptorsAsSoonAsThereAreMembers() {
        SimulatedCluster cluster = SimulatedCluster.large(9, 5, settings -> settings);
        cluster.until(
                "seven acceptors",
                60,
                () -> acceptors(cluster.node(0)).size() == 7
                        && !stateAt(cluster.node(0)).acceptors().isChanging());
        untilAllKnow(cluster, 10);
        assertThat(stateAt(cluster.node(8)).members()).hasSize(9);
    }

    @Test
    void aDiskThatWasPutBackHasForgottenNothingThatMatters() {
        Seeds.run(20, random -> {
            SimulatedCluster cluster = formed(3, random.nextInt(Integer.MAX_VALUE));
            SimulatedNode copied = cluster.node(random.nextInt(3));
            Map<Document, Bytes> copy = copied.copyOfDisk();
            assertThat(boot(cluster, copied, 5)).isEqualTo(new AgreedBoot(1, 0));
            copied.crash();
            copied.putBack(copy);
            cluster.run(random.nextInt(9));
            copied.start();
            assertThat(boot(cluster, copied, 6)).isEqualTo(new AgreedBoot(2, 5));
        });
    }

    @Test
    void aClusterWhoseAcceptorsAreLostGoesOnFromASurvivor() throws IOException {
        SimulatedCluster cluster = formed(4, 8);
        for (SimulatedNode node : cluster.nodes()) {
            boot(cluster, node, 5);
        }
        for (SimulatedNode lost : cluster.nodes().subList(0, 3)) {
            lost.crash();
        }
        SimulatedNode survivor = cluster.node(3);
        survivor.crash();
        List<NodeId> lost =
                cluster.nodes().subList(1, 3).stream().map(SimulatedNode::id).toList();
        assertThatThrownBy(() -> survivor.recovery().recover(List.of(new NodeId("z")), 1))
                .hasMessageContaining("z is no member");
        survivor.recovery().recover(lost, 99);
        survivor.start();
        AgreedBoot boot = boot(cluster, survivor, 6);
        assertThat(boot.number()).as("beyond all that was forgotten").isGreaterThan(1 << 20);
        assertThat(boot.formerLife()).isEqualTo(5);
        cluster.node(0).start();
        cluster.run(10);
        assertThat(boot(cluster, cluster.node(0), 6).number()).isGreaterThan(1 << 20);
        cluster.node(1).start();
        cluster.until(
                "a lost one that comes back is refused",
                20,
                () -> !cluster.node(1).isUp());
        assertThat(stateAt(survivor).members())
                .extracting(RegisteredMember::node)
                .containsExactly(cluster.node(0).id(), survivor.id());
    }

    @Test
    void aNodeThatTookNoPartCatchesUpWhenItIsProbed() {
        SimulatedCluster cluster = formed(5, 12);
        SimulatedNode away = cluster.node(4);
        away.crash();
        for (int life = 1; life < 5; life++) {
            boot(cluster, cluster.node(life % 4), life);
        }
        cluster.network().gossipIsDown(true);
        away.start();
        untilAllKnow(cluster, 10);
    }
}
