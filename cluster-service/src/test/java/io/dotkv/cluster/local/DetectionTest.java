package io.dotkv.cluster.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.cluster.Health;
import io.dotkv.kernel.testkit.Seeds;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How fast the dead and the returned are noticed, and that the living are left alone. */
class DetectionTest {
    @Test
    void ofThreeNodesAKilledOneIsSoonDeadEverywhereAndItsReturnIsKnownWithinThreeSeconds() {
        List<Double> deaths = new ArrayList<>();
        List<Double> returns = new ArrayList<>();
        Seeds.run(200, random -> {
            long seed = random.nextInt(Integer.MAX_VALUE);
            SimulatedCluster cluster = SimulatedCluster.of(3, 3, seed).startAll();
            cluster.untilFormed(5);
            cluster.run(2 + seed % 200 * 0.01);
            SimulatedNode victim = cluster.node((int) (seed % 3));
            victim.crash();
            deaths.add(cluster.until("the death is known", 6.5, () -> cluster.othersSee(victim, Health.DEAD)));
            cluster.run(1 + (int) (seed % 30));
            victim.start();
            returns.add(cluster.until(
                    "the return is known",
                    3,
                    () -> cluster.othersSee(victim, Health.ALIVE)
                            && victim.agreement().isPresent()
                            && cluster.seesAllUpAlive(victim)));
        });
        report("death of one of three known everywhere", deaths);
        report("return of one of three known everywhere", returns);
        assertThat(median(deaths)).isLessThan(4);
    }

    @Test
    void ofSevenNodesAKilledOneIsDeadEverywhereWithinTenSeconds() {
        List<Double> deaths = new ArrayList<>();
        Seeds.run(20, random -> {
            long seed = random.nextInt(Integer.MAX_VALUE);
            SimulatedCluster cluster = SimulatedCluster.of(7, 7, seed).startAll();
            cluster.untilFormed(5);
            cluster.run(2 + seed % 20 * 0.1);
            SimulatedNode victim = cluster.node((int) (seed % 7));
            victim.crash();
            deaths.add(cluster.until("the death is known", 10, () -> cluster.othersSee(victim, Health.DEAD)));
        });
        report("death of one of seven known everywhere", deaths);
    }

    @Test
    void inAnHourOfLosingATenthOfAllMessagesNoLivingNodeIsDeclaredDead() {
        SimulatedCluster cluster = SimulatedCluster.of(3, 3, 7).startAll();
        cluster.untilFormed(5);
        cluster.network().lose(10);
        int[] seen = new int[Health.values().length];
        cluster.observe((node, view) -> view.members().forEach(member -> {
            if (member.health() == Health.DEAD) {
                seen[0]++;
            }
            if (member.health() == Health.SUSPECT) {
                seen[1]++;
            }
        }));
        cluster.run(3600);
        System.out.printf("an hour at 10 %% loss: %d views with a dead, %d with a suspect member%n", seen[0], seen[1]);
        assertThat(seen[0]).isZero();
        cluster.network().lose(0);
        cluster.untilFormed(10);
    }

    private static double median(List<Double> seconds) {
        List<Double> sorted = new ArrayList<>(seconds);
        Collections.sort(sorted);
        return sorted.get(sorted.size() / 2);
    }

    private static void report(String what, List<Double> seconds) {
        System.out.printf(
                "%s: median %.2f s, longest %.2f s over %d seeds%n",
                what, median(seconds), Collections.max(seconds), seconds.size());
    }
}
