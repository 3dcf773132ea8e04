package io.dotkv.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.kernel.ports.RandomSource;
import io.dotkv.kernel.ports.SeededRandom;
import io.dotkv.simulation.machine.SimulatedNode;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Whole clusters with nodes that are killed, stopped and paused, and one client that only puts, one value after the
 * other, and never passes on a context. {@code dotkv.lone.seeds} says how many runs there are.
 */
@Tag("simulation")
class LonePutsTest {
    private static final Map<Fault, Long> DEATHS =
            Map.of(Fault.KILL, 4 * World.SECOND, Fault.STOP, 9 * World.SECOND, Fault.PAUSE, 9 * World.SECOND);
    private final int seeds = Integer.getInteger("dotkv.lone.seeds", 20);

    @Test
    void aClientThatOnlyPutsOneAfterTheOtherAtQuorumSeesNoSiblingsOfItsOwn() {
        long puts = 0;
        for (long seed = 1; seed <= seeds; seed++) {
            World world = formed(seed, RunOptions.defaults());
            LoneWriter writer = new LoneWriter(world);
            writer.begin();
            new Nemesis(world).begin();
            world.time().runUntil(world::isViolated, 60 * World.SECOND);
            check(seed, world, writer);
            puts += writer.acknowledged();
        }
        assertThat(puts).isGreaterThan(20L * seeds);
    }

    private static void check(long seed, World world, LoneWriter writer) {
        assertThat(world.violations()).as("seed %d", seed).isEmpty();
        assertThat(writer.siblings()).as("seed %d", seed).isEmpty();
    }

    private static World formed(long seed, RunOptions options) {
        RandomSource random = new SeededRandom(seed);
        World world = new World(seed, random, calmer(RunProfile.draw(random.fork(), options)), options);
        world.founders().forEach(SimulatedNode::start);
        world.time().runUntil(() -> world.founders().stream().allMatch(LonePutsTest::serves), 60 * World.SECOND);
        return world;
    }

    private static boolean serves(SimulatedNode node) {
        return node.isUp()
                && node.replication().status().ready()
                && node.replication().status().enlisted();
    }

    /** With these faults alone, nobody who comes or goes, and three replicas of each partition. */
    private static RunProfile calmer(RunProfile drawn) {
        return new RunProfile(
                drawn.nodes(),
                drawn.partitions(),
                3,
                drawn.keys(),
                drawn.clients(),
                drawn.thinkNanos(),
                drawn.faultNanos(),
                true,
                drawn.weather().calm(),
                new EnumMap<>(DEATHS),
                0,
                drawn.disk(),
                drawn.storage(),
                drawn.replication(),
                new MemberChanges(0, false, Map.of()),
                0);
    }
}
