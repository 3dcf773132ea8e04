package io.dotkv.cluster.local;

import static io.dotkv.cluster.local.Figures.DEFAULTS;
import static io.dotkv.cluster.local.Figures.FULL;
import static io.dotkv.cluster.local.Figures.quantile;
import static io.dotkv.cluster.local.Figures.say;
import static io.dotkv.cluster.local.Figures.spread;
import static io.dotkv.cluster.local.SimulatedCluster.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.cluster.ClusterSettings;
import io.dotkv.cluster.ClusterStore;
import io.dotkv.cluster.Health;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.ports.RandomSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The figures of {@code docs/membership.md} about faults, on virtual time, so the same on every machine. The build runs
 * small versions of them; {@code -Ddotkv.figures=full} runs the large ones, and {@code -Ddotkv.figures.hours} says how
 * long the starved nodes are looked at.
 */
@Tag("simulation")
class FiguresTest {
    private static final double STARVED_HOURS = Double.parseDouble(System.getProperty("dotkv.figures.hours", "10"));

    @Test
    void ofThreeNodesAKilledOneIsKnownToBeDeadByAllInSeconds() {
        List<Double> seconds = new ArrayList<>();
        for (int seed = 1; seed <= (FULL ? 2_000 : 100); seed++) {
            SimulatedCluster cluster = SimulatedCluster.of(3, 3, seed).startAll();
            cluster.untilFormed(5);
            cluster.run(2 + seed % 200 * 0.01);
            SimulatedNode victim = cluster.node(seed % 3);
            victim.crash();
            seconds.add(cluster.until("the death is known", 10, () -> cluster.othersSee(victim, Health.DEAD)));
        }
        say("one of 3 killed, known to all: %s", spread(seconds));
        assertThat(quantile(seconds, 0.5)).isLessThanOrEqualTo(4);
        assertThat(quantile(seconds, 0.99)).isLessThanOrEqualTo(6);
    }

    @Test
    void lossAndPausesKillNobodyOfThree() {
        assertThat(deathsByLossAndPauses(3)).isZero();
    }

    @Test
    void lossAndPausesKillNobodyOfTen() {
        assertThat(deathsByLossAndPauses(10)).isZero();
    }

    private static int deathsByLossAndPauses(int count) {
        double hours = FULL ? 24 : 0.5;
        SimulatedCluster cluster = SimulatedCluster.large(count, 5, DEFAULTS);
        cluster.network().lose(10);
        cluster.nodes().forEach(node -> pauseNowAndThen(cluster, node));
        cluster.run(hours * 3_600);
        int dead = cluster.falselyDead().size();
        say(
                "%d nodes, %.1f h of 10 %% loss and a pause of 2 s for each node each minute: %d declared dead",
                count, hours, dead);
        return dead;
    }

    /* Two pauses of a node are at least five seconds apart: back to back they are one that is longer. */
    private static void pauseNowAndThen(SimulatedCluster cluster, SimulatedNode node) {
        long delayNanos = 7 * SECOND + Long.remainderUnsigned(cluster.random().nextLong(), 106 * SECOND);
        cluster.time()
                .schedule(
                        () -> {
                            node.process().stall(2 * SECOND);
                            pauseNowAndThen(cluster, node);
                        },
                        delayNanos);
    }

    @Test
    void starvedNodesKillNobodyWithLifeguardAndManyWithout() {
        double hours = FULL ? STARVED_HOURS : 0.03;
        double hoursOff = FULL ? Math.min(1, STARVED_HOURS) : 0.03;
        double on = deathsPerNodeHour("with Lifeguard", DEFAULTS, hours);
        double off = deathsPerNodeHour("without", FiguresTest::plainSwim, hoursOff);
        assertThat(on).isLessThan(0.001);
        assertThat(off).isGreaterThan(20 * Math.max(on, 0.001));
    }

    private static ClusterSettings plainSwim(ClusterSettings settings) {
        return settings.withLifeguard(ClusterSettings.Lifeguard.OFF);
    }

    /* In clusters of different seeds, each for an hour at the most. */
    private static double deathsPerNodeHour(String what, UnaryOperator<ClusterSettings> adjustment, double hours) {
        int dead = 0;
        for (int run = 0; run < hours; run++) {
            SimulatedCluster cluster = SimulatedCluster.large(100, 9 + run, adjustment);
            cluster.nodes().subList(40, 60).forEach(node -> starve(cluster, node));
            cluster.run(Math.min(1, hours - run) * 3_600);
            dead += cluster.falselyDead().size();
            say(
                    "100 nodes, 20 of them starved, %s: %d declared dead in %.0f node-hours",
                    what, dead, 100 * Math.min(run + 1, hours));
        }
        return dead / (100 * hours);
    }

    /* Runs for up to a second, then gets no processor for up to 4 s, and so on. */
    private static void starve(SimulatedCluster cluster, SimulatedNode node) {
        RandomSource random = cluster.random();
        long runNanos = Long.remainderUnsigned(random.nextLong(), SECOND);
        cluster.time()
                .schedule(
                        () -> {
                            long stallNanos = Long.remainderUnsigned(random.nextLong(), 4 * SECOND);
                            node.process().stall(stallNanos);
                            cluster.time().schedule(() -> starve(cluster, node), stallNanos);
                        },
                        runNanos);
    }

    @Test
    void theHalvesOfADividedNetworkAgreeSoonAfterItHeals() {
        int count = FULL ? 1_000 : 40;
        SimulatedCluster cluster = SimulatedCluster.large(count, 6, DEFAULTS);
        cluster.network().divide(new HashSet<>(cluster.nodes().subList(0, count / 2)));
        cluster.run(60);
        SimulatedNode first = cluster.node(0);
        long dead = first.view().members().stream()
                .filter(member -> member.health() == Health.DEAD)
                .count();
        cluster.network().heal();
        double seconds = cluster.untilAgreed(60);
        say(
                "%d nodes, two halves for a minute (one side held %d of the other for dead): agreed %.1f s after it"
                        + " healed",
                count, dead, seconds);
        assertThat(dead).isPositive();
        assertThat(seconds).isLessThan(30);
    }

    @Test
    void afterAMassRestartWithIncarnationsBehindAllAreAlive() {
        for (int count : FULL ? List.of(10, 100, 1_000) : List.of(10, 40)) {
            SimulatedCluster cluster = SimulatedCluster.large(count, 8, DEFAULTS);
            List<Map<ClusterStore.Document, Bytes>> copies =
                    cluster.nodes().stream().map(SimulatedNode::copyOfDisk).toList();
            // Half of the nodes get accused while they are cut off, so that their incarnations rise.
            cluster.network().divide(new HashSet<>(cluster.nodes().subList(0, count / 2)));
            cluster.run(40);
            cluster.network().heal();
            cluster.untilAgreed(60);
            long raised = cluster.node(0).recordOf(cluster.node(1)).incarnation();
            cluster.nodes().forEach(SimulatedNode::crash);
            // The first half comes back from older copies of its disks.
            for (int i = 0; i < count / 2; i++) {
                cluster.node(i).putBack(copies.get(i));
            }
            cluster.startAll();
            double seconds = cluster.untilAgreed(60);
            cluster.run(10);
            say(
                    "%4d nodes restarted at once, half of them with incarnations behind: all alive for all after %.1f"
                            + " s",
                    count, seconds);
            assertThat(raised).isGreaterThan(1);
            assertThat(cluster.untilAgreed(1)).isZero();
        }
    }
}
