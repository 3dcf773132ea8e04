package io.dotkv.cluster.layout;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.cluster.Agreement;
import io.dotkv.cluster.RandomChoice;
import io.dotkv.cluster.local.SimulatedCluster;
import io.dotkv.cluster.local.SimulatedNode;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.ports.RandomSource;
import io.dotkv.kernel.testkit.Seeds;
import java.util.List;
import org.junit.jupiter.api.Test;

/** That nodes form one cluster, and never two. */
class FormationTest {
    @Test
    void aNodeAloneWithoutSeedsIsAClusterOfOneAtOnce() {
        SimulatedCluster cluster = new SimulatedCluster(1);
        SimulatedNode node = cluster.add("alone", "alone.test:3000", List.of(), 1);
        node.start();
        assertThat(cluster.until("formed", 0.5, () -> node.agreement().isPresent()))
                .isLessThan(0.2);
        Agreement formation = node.agreement().orElseThrow();
        assertThat(formation.nodes()).containsExactly(node.id());
        assertThat(formation.layout().replicas()).isEqualTo(1);
    }

    @Test
    void threeNodesThatStartTogetherHaveFormedWithinTwoSeconds() {
        Seeds.run(50, random -> {
            long seed = random.nextInt(Integer.MAX_VALUE);
            SimulatedCluster cluster = SimulatedCluster.of(3, 3, seed).startAll();
            cluster.untilFormed(2);
            Agreement formation = cluster.node(0).agreement().orElseThrow();
            assertThat(formation.nodes()).extracting(Object::toString).containsExactly("a", "b", "c");
            assertThat(cluster.nodes())
                    .extracting(SimulatedNode::formation)
                    .containsOnly(cluster.node(0).formation());
        });
    }

    @Test
    void nodesThatStartOneAfterTheOtherInAnyOrderFormWhenTheLastIsThere() {
        Seeds.run(60, random -> {
            long seed = random.nextInt(Integer.MAX_VALUE);
            SimulatedCluster cluster = SimulatedCluster.of(3, 3, seed);
            for (SimulatedNode node : RandomChoice.choose(cluster.nodes(), 3, cluster.random())) {
                assertThat(cluster.clusterIds()).isEmpty();
                cluster.run((int) (seed % 7));
                node.start();
            }
            cluster.untilFormed(4);
            assertThat(cluster.clusterIds()).hasSize(1);
        });
    }

    @Test
    void aNodeMoreThanExpectedJoinsUnderTheNextNumberAndHoldsNothing() {
        SimulatedCluster cluster = SimulatedCluster.of(4, 3, 5);
        cluster.node(0).start();
        cluster.node(1).start();
        cluster.node(2).start();
        cluster.untilFormed(3);
        cluster.node(3).start();
        cluster.untilFormed(3);
        NodeId joined = cluster.node(3).id();
        cluster.until(
                "all know its number",
                3,
                () -> cluster.nodes().stream()
                        .allMatch(node ->
                                node.agreement().orElseThrow().numberOf(joined).orElse(0) == 4));
        assertThat(cluster.node(0).agreement().orElseThrow().layout().heldBy(joined))
                .isEmpty();
        assertThat(cluster.node(3)
                        .agreement()
                        .orElseThrow()
                        .numberOf(cluster.node(2).id()))
                .hasValue(3);
    }

    @Test
    void oneSeedThatNamesAllNodesAndItselfIsEnough() {
        SimulatedCluster cluster = new SimulatedCluster(9);
        List<String> addresses = List.of("a.test:3000", "b.test:3000", "c.test:3000");
        cluster.network().name("dotkv.test:3000", addresses);
        for (String name : List.of("a", "b", "c")) {
            cluster.add(name, name + ".test:3000", List.of("dotkv.test:3000"), 3)
                    .start();
        }
        cluster.untilFormed(3);
    }

    @Test
    void nodesThatHaveOnlySomeSeedsInCommonFindEachOther() {
        SimulatedCluster cluster = new SimulatedCluster(9);
        cluster.add("a", "a.test:3000", List.of("nobody.test:3000", "b.test:3000"), 3)
                .start();
        cluster.add("b", "b.test:3000", List.of("b.test:3000", "c.test:3000"), 3)
                .start();
        cluster.add("c", "c.test:3000", List.of("nobody.test:3000", "b.test:3000"), 3)
                .start();
        cluster.untilFormed(3);
    }

    @Test
    void aNodeThatExpectsOneButHasSeedsFirstAsksThem() {
        SimulatedCluster cluster = SimulatedCluster.of(1, 1, 3);
        cluster.node(0).start();
        cluster.untilFormed(2);
        SimulatedNode later = cluster.add("late", "late.test:3000", List.of("a.test:3000"), 1);
        later.start();
        cluster.untilFormed(2);
        assertThat(cluster.clusterIds()).hasSize(1);
    }

    /** Losses, one-way cuts, crashes at any moment with restarts from disk, and disks lost, while the cluster forms. */
    @Test
    void allExpectedNodesNeverFormTwoClustersWhateverHappens() {
        Seeds.run(1_500, random -> {
            long seed = random.nextInt(Integer.MAX_VALUE);
            int count = 2 + (int) (seed % 4);
            SimulatedCluster cluster = SimulatedCluster.of(count, count, seed);
            trouble(cluster, seed % 3 == 0);
            assertOneClusterInTheEnd(cluster, seed);
        });
    }

    /** The same with more nodes than expected, where another set of founders may come up while one is being asked. */
    @Test
    void aMajorityOfTheNodesNeverFormsTwoClustersWhateverHappens() {
        Seeds.run(1_000, random -> {
            long seed = random.nextInt(Integer.MAX_VALUE);
            int count = 3 + (int) (seed % 3);
            SimulatedCluster cluster = SimulatedCluster.of(count, count / 2 + 1, seed);
            trouble(cluster, false);
            assertOneClusterInTheEnd(cluster, seed);
        });
    }

    private static void assertOneClusterInTheEnd(SimulatedCluster cluster, long seed) {
        cluster.network().heal();
        cluster.network().lose(0);
        cluster.nodes().stream().filter(node -> !node.isUp()).forEach(SimulatedNode::start);
        cluster.untilFormed(40);
        assertThat(cluster.clusterIds()).as("seed %d", seed).hasSize(1);
        assertThat(cluster.hadTwoClusters()).as("seed %d", seed).isFalse();
        cluster.nodes()
                .forEach(node -> assertThat(node.fatal()).as("seed %d", seed).isEmpty());
    }

    private static void trouble(SimulatedCluster cluster, boolean losingDisks) {
        RandomSource random = cluster.random().fork();
        cluster.network().lose(random.nextInt(40));
        for (int step = 0; step < 12; step++) {
            SimulatedNode one = cluster.node(random.nextInt(cluster.nodes().size()));
            SimulatedNode other = cluster.node(random.nextInt(cluster.nodes().size()));
            if (!one.isUp()) {
                one.start();
            } else {
                switch (random.nextInt(6)) {
                    case 0 -> {
                        one.crash();
                        if (losingDisks && random.nextInt(3) == 0) {
                            cluster.loseDisk(one);
                            // A node does not come back empty while its last messages are still on their way.
                            cluster.run(1.5);
                        }
                    }
                    case 1 -> cluster.network().cut(one, other);
                    case 2 -> cluster.network().heal();
                    default -> {}
                }
            }
            cluster.run(random.nextInt(1_000) / 1_000.0);
        }
    }
}
