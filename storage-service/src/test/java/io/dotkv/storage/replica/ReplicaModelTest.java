package io.dotkv.storage.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.kernel.ports.SeededRandom;
import io.dotkv.kernel.testkit.Seeds;
import io.dotkv.storage.replica.pull.CatchUpTest;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Many more runs: {@code make model RUNS=1000000}. */
class ReplicaModelTest {
    private static final int STEPS = 200;
    private static final int STEPS_WITH_A_FAULT = 150;
    private static final int SEEDS_PER_FAULT = 2000;

    @Test
    void whateverHappensNoInvariantBreaksAndAllReplicasBecomeEqualAfterwards() {
        Seeds.run(300, random -> new ReplicaModel(random, Fault.NONE).run(STEPS));
    }

    /**
     * As many runs as are asked for, longer ones, with seeds from {@code dotkv.model.from} on, on all processors; says
     * from time to time how far it is. Goes on after a failure, and names each seed that failed.
     */
    @Test
    @EnabledIfSystemProperty(named = "dotkv.model.runs", matches = "[0-9]+")
    void goesOnForAsManyRunsAsAreAskedFor() {
        long runs = Long.getLong("dotkv.model.runs");
        long from = Long.getLong("dotkv.model.from", System.currentTimeMillis() * 1_000_000);
        AtomicLong done = new AtomicLong();
        List<Long> failed = LongStream.range(from, from + runs)
                .parallel()
                .filter(seed -> fails(seed, done))
                .boxed()
                .toList();
        assertThat(failed)
                .as("seeds that failed, of %,d from %d on; replay one by: make model RUNS=1 FROM=<seed>", runs, from)
                .isEmpty();
    }

    private static boolean fails(long seed, AtomicLong done) {
        try {
            new ReplicaModel(new SeededRandom(seed), Fault.NONE).run(STEPS);
            return false;
        } catch (AssertionError broken) {
            System.out.printf("seed %d failed: %s%n", seed, broken.getMessage());
            return true;
        } finally {
            long ended = done.incrementAndGet();
            if (ended % 1000 == 0) {
                System.out.printf("%,d runs, the last of seed %d%n", ended, seed);
            }
        }
    }

    /**
     * Some rules take thousands of runs to show that they are broken; {@link CatchUpTest} and {@link ClosingTest} have
     * their scenarios.
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
                new ReplicaModel(new SeededRandom(seed), fault).run(STEPS_WITH_A_FAULT);
            } catch (AssertionError broken) {
                return seed;
            }
        }
        return 0;
    }
}
