package io.dotkv.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.kernel.RandomSource;
import io.dotkv.kernel.SeededRandom;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Whole clusters with nodes that are killed, stopped, paused and cut off, and one client that only puts, one value after the other,
 * and never passes on a context. {@code dotkv.lone.seeds} says how many runs there are.
 */
class LonePutsTest {
    private static final Map<Fault, Long> DEATHS = Map.of(
            Fault.KILL, 4 * World.SECOND, Fault.STOP, 9 * World.SECOND, Fault.PAUSE, 9 * World.SECOND);
    private static final Map<Fault, Long> CUTS = Map.of(Fault.PARTITION, 9 * World.SECOND, Fault.KILL, 9 * World.SECOND);

    private final int seeds = Integer.getInteger("dotkv.lone.seeds", 20);

    @Test
    void aClientThatOnlyPutsOneAfterTheOtherAtQuorumSeesNoSiblingsOfItsOwnWhenNodesDieAndReturn() {
        check(RunOptions.defaults(), DEATHS);
    }

    @Test
    void norWhenTheReplicasAreCutOffFromEachOther() {
        check(RunOptions.defaults().withNodes(3), CUTS);
    }

    private void check(RunOptions options, Map<Fault, Long> faults) {
        long puts = 0;
        for (long seed = 1; seed <= seeds; seed++) {
            LoneWriter writer = run(seed, options, faults);
            assertThat(writer.siblings()).as("seed %d", seed).isEmpty();
            puts += writer.acknowledged();
        }
        assertThat(puts).isGreaterThan(20L * seeds);
    }

    private static LoneWriter run(long seed, RunOptions options, Map<Fault, Long> faults) {
        RandomSource random = new SeededRandom(seed);
        Shape shape = calmer(Shape.draw(random.fork(), options), faults);
        World world = new World(seed, random, shape, options);
        world.founders().forEach(SimulatedNode::start);
        world.time()
                .runUntil(() -> world.founders().stream().allMatch(LonePutsTest::serves), 60 * World.SECOND);
        LoneWriter writer = new LoneWriter(world);
        writer.begin();
        new Nemesis(world).begin();
        world.time().runUntil(world::isViolated, 60 * World.SECOND);
        assertThat(world.violations()).as("seed %d", seed).isEmpty();
        return writer;
    }

    private static boolean serves(SimulatedNode node) {
        return node.isUp()
                && node.replication().status().ready()
                && node.replication().status().enlisted();
    }

    /** With these faults alone, nobody who comes or goes, and three replicas of each partition. */
    private static Shape calmer(Shape drawn, Map<Fault, Long> faults) {
        return new Shape(
                drawn.nodes(),
                drawn.partitions(),
                3,
                drawn.keys(),
                drawn.clients(),
                drawn.thinkNanos(),
                drawn.faultNanos(),
                true,
                drawn.weather().calm(),
                new EnumMap<>(faults),
                0,
                drawn.disk(),
                drawn.storage(),
                drawn.replication(),
                new MemberChanges(0, false, Map.of()));
    }
}
