package io.dotkv.storage.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.kernel.SeededRandom;
import io.dotkv.kernel.testkit.Seeds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** More runs: {@code -Ddotkv.seeds=100} for a hundred times as many. */
class ReplicaModelTest {
    private static final int STEPS = 150;
    private static final int SEEDS_PER_FAULT = 1000;

    @Test
    void whateverHappensNoInvariantBreaksAndAllReplicasBecomeEqualAfterwards() {
        Seeds.run(300, random -> new ReplicaModel(random, Fault.NONE).run(STEPS));
    }

    /**
     * Some rules take thousands of runs to show that they are broken; {@link CatchUpTest} and {@link ClosingTest} have their
     * scenarios.
     */
    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {
                "NONE",
                "ANSWERS_TO_EARLIER_LIVES_COUNT",
                "PROMISE_IS_NOT_KEPT",
                "VOID_EFFECTS_ARE_NOT_TOUCHED",
                "PAST_IS_TAKEN_AS_IT_IS"
            })
    void theModelNoticesEveryBrokenRule(Fault fault) {
        assertThat(seedThatNotices(fault))
                .as("a seed under which %s shows", fault)
                .isPositive();
    }

    private static long seedThatNotices(Fault fault) {
        for (long seed = 1; seed <= SEEDS_PER_FAULT; seed++) {
            try {
                new ReplicaModel(new SeededRandom(seed), fault).run(STEPS);
            } catch (AssertionError broken) {
                return seed;
            }
        }
        return 0;
    }
}
