package io.dotkv.simulation.register;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.cluster.register.paxos.Ballot;
import io.dotkv.kernel.ports.SeededRandom;
import io.dotkv.kernel.testkit.Seeds;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The cluster register on virtual time against all faults at once: what clients were told is linearizable, no ballot
 * has two values, every value descends from those that were chosen before, and when the faults end it answers. A
 * million runs are {@code -Ddotkv.seeds=334}.
 */
@Tag("simulation")
class RegisterSimulationTest {
    private long decided;
    private long moved;

    @Test
    void whatIsChosenStaysChosenAndEveryHistoryIsLinearizable() {
        int runs = 3_000;
        Seeds.run(runs, random -> {
            RegisterWorld world = new RegisterWorld(random, PlantedFault.NONE);
            world.run();
            decided += world.decided();
            moved += world.hasOtherAcceptors() ? 1 : 0;
        });
        if (Long.getLong("dotkv.seed") == null) {
            assertThat(decided).as("wishes decided").isGreaterThan(8L * runs);
            assertThat(moved).as("runs that changed the acceptors").isGreaterThan(runs / 4);
        }
    }

    @Test
    void theSameSeedGivesTheSameRun() {
        Seeds.run(100, random -> {
            long seed = random.nextLong();
            assertThat(accepted(seed)).isEqualTo(accepted(seed));
        });
    }

    private static List<Ballot> accepted(long seed) {
        RegisterWorld world = new RegisterWorld(new SeededRandom(seed), PlantedFault.NONE);
        world.run();
        return world.lineage().accepted();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void aPlantedFaultIsFound(PlantedFault fault) {
        for (long seed = 1; seed <= fault.seeds(); seed++) {
            try {
                new RegisterWorld(new SeededRandom(seed), fault).run();
            } catch (AssertionError found) {
                return;
            }
        }
        throw new AssertionError(fault + " was not found by " + fault.seeds() + " seeds");
    }
}
