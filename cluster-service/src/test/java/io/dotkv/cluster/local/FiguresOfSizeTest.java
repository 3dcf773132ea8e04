package io.dotkv.cluster.local;

import static io.dotkv.cluster.local.Figures.DEFAULTS;
import static io.dotkv.cluster.local.Figures.FULL;
import static io.dotkv.cluster.local.Figures.quantile;
import static io.dotkv.cluster.local.Figures.say;
import static io.dotkv.cluster.local.Figures.spread;
import static io.dotkv.cluster.local.SimulatedCluster.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The figures of {@code docs/membership.md} about how things grow with the number of nodes. The build goes up to 100 of
 * them, {@code -Ddotkv.figures=full} up to 1,000.
 */
@Tag("simulation")
class FiguresOfSizeTest {
    @Test
    void aChangeIsKnownToAllInATimeThatGrowsWithTheLogarithmOfTheirNumber() {
        double[] bars = {1, 3, 6};
        int index = 0;
        for (int count : sizes()) {
            SimulatedCluster cluster = SimulatedCluster.large(count, 3, DEFAULTS);
            List<Double> seconds = new ArrayList<>();
            for (int round = 0; round < (FULL ? 40 : 10); round++) {
                SimulatedNode node = cluster.node(cluster.random().nextInt(count));
                int boot = 1 + round;
                node.cluster().recordBoot(boot);
                seconds.add(cluster.untilEvery(
                        SECOND / 100,
                        "all know the boot",
                        20,
                        () -> cluster.up().stream()
                                .allMatch(other -> other.recordOf(node).boot() == boot)));
                cluster.run(5);
            }
            double median = quantile(seconds, 0.5);
            say("%4d nodes, a change known to all: %s  %s", count, spread(seconds), "#".repeat((int) (median * 20)));
            assertThat(median).isLessThan(bars[index++]);
        }
    }

    @Test
    void aNodeAtRestSendsTheSameHoweverManyThereAre() {
        List<Double> rates = new ArrayList<>();
        for (int count : sizes()) {
            SimulatedCluster cluster = SimulatedCluster.large(count, 4, DEFAULTS);
            cluster.run(30);
            cluster.network().count();
            cluster.run(60);
            double clusterRate = cluster.network().clusterBytes() / 60.0 / count;
            double gossipRate = cluster.network().gossipBytes() / 60.0 / count;
            rates.add(clusterRate + gossipRate);
            say(
                    "%4d nodes at rest: %.1f bytes per node and second, %.1f by the cluster and %.1f by the gossip"
                            + " layer",
                    count, clusterRate + gossipRate, clusterRate, gossipRate);
        }
        assertThat(Collections.max(rates)).isLessThan(2 * Collections.min(rates));
    }

    /* The tasks are the same on every machine; the seconds are those of this one. */
    @Test
    void theTasksOfANodeAtRestDoNotGrowWithTheirNumber() {
        List<Double> rates = new ArrayList<>();
        for (int count : FULL ? List.of(3, 10, 100, 1_000) : List.of(3, 10, 100)) {
            SimulatedCluster cluster = SimulatedCluster.large(count, 7, DEFAULTS);
            cluster.run(30);
            double seconds = (FULL ? 120_000.0 : 6_000.0) / count;
            long tasksBefore = cluster.time().tasksRun();
            long start = System.nanoTime();
            cluster.run(seconds);
            double realSeconds = (System.nanoTime() - start) / (double) SECOND;
            long tasks = cluster.time().tasksRun() - tasksBefore;
            rates.add(tasks / seconds / count);
            say(
                    "%4d nodes at rest: %.1f tasks per node and second, %.0f tasks and %.1f simulated seconds per"
                            + " second",
                    count, rates.getLast(), tasks / realSeconds, seconds / realSeconds);
        }
        assertThat(Collections.max(rates)).isLessThan(2 * Collections.min(rates));
    }

    @Test
    void manyNodesFitIntoTheHeap() {
        int count = FULL ? 1_000 : 100;
        long before = usedBytes();
        SimulatedCluster cluster = SimulatedCluster.large(count, 2, DEFAULTS);
        cluster.run(10);
        long used = usedBytes();
        long perNode = (used - before) / count;
        say(
                "%4d simulated nodes in a heap of %d MB: %d KB each, %d MB used in all after a collection",
                count, Runtime.getRuntime().maxMemory() >> 20, perNode >> 10, used >> 20);
        assertThat(cluster.up()).hasSize(count);
        assertThat(perNode).isLessThan(600 << 10);
    }

    private static long usedBytes() {
        Runtime runtime = Runtime.getRuntime();
        System.gc();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private static List<Integer> sizes() {
        return FULL ? List.of(10, 100, 1_000) : List.of(10, 100);
    }
}
