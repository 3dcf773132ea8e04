package io.dotkv.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.simulation.system.WatchedRun;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs of whole clusters: seeds that failed once, a fixed set, and fresh ones for {@code dotkv.simulation.seconds}, 15
 * by default. {@code dotkv.seed} runs one seed alone.
 */
@Tag("simulation")
class RunTest {
    private static final int FIXED = 40;

    static Stream<KnownSeeds.Known> knownSeeds() {
        return Stream.concat(
                // So that there is one while none has failed.
                Stream.of(new KnownSeeds.Known(1, false, "nothing")), KnownSeeds.all().stream());
    }

    @ParameterizedTest
    @MethodSource("knownSeeds")
    void aSeedThatFailedOnceDoesNotFailAgain(KnownSeeds.Known known) {
        assertHolds(WatchedRun.of(known.seed(), known.options()));
    }

    @Test
    void everythingHoldsInClustersOfOne() {
        LongStream.rangeClosed(1, 5)
                .forEach(seed ->
                        assertHolds(WatchedRun.of(seed, RunOptions.defaults().withNodes(1))));
    }

    @Test
    void everythingHoldsInAFixedSetOfRuns() {
        LongStream.rangeClosed(1, FIXED).forEach(seed -> assertHolds(WatchedRun.of(seed, RunOptions.defaults())));
    }

    @Test
    void everythingHoldsInFreshRuns() {
        Long only = Long.getLong("dotkv.seed");
        if (only != null) {
            assertHolds(WatchedRun.of(only, RunOptions.defaults()));
            return;
        }
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(Long.getLong("dotkv.simulation.seconds", 15));
        for (long seed = System.nanoTime() >>> 1; System.nanoTime() < end; seed++) {
            assertHolds(WatchedRun.of(seed, RunOptions.defaults()));
        }
    }

    private static void assertHolds(RunResult result) {
        assertThat(result.violations())
                .as("seed %d; replay it with its trace by: dotkv sim --seed %d", result.seed(), result.seed())
                .isEmpty();
    }

    @Test
    void theSameSeedGivesTheSameTrace() {
        for (long seed = 101; seed <= 105; seed++) {
            List<String> first = traceOf(seed);
            List<String> second = traceOf(seed);
            assertThat(second).isEqualTo(first);
            assertThat(first).hasSizeGreaterThan(100);
            assertThat(Run.of(seed, RunOptions.defaults()).traceHash())
                    .isEqualTo(Run.of(seed, RunOptions.defaults()).traceHash());
        }
    }

    private static List<String> traceOf(long seed) {
        List<String> trace = new ArrayList<>();
        var _ = Run.of(seed, RunOptions.defaults().withTrace(trace::add));
        return trace;
    }

    @Test
    void theSameSeedGivesTheSameTraceInAnotherProcess() throws IOException {
        assertThat(TraceHashes.ofAnotherProcess()).isEqualTo(TraceHashes.hashes());
    }

    @Test
    void differentSeedsGiveDifferentRuns() {
        assertThat(LongStream.rangeClosed(1, 10)
                        .map(seed -> Run.of(seed, RunOptions.defaults()).traceHash())
                        .distinct()
                        .count())
                .isEqualTo(10);
    }

    @Test
    void clientsGetWorkDone() {
        List<RunResult> results = LongStream.rangeClosed(1, 20)
                .mapToObj(seed -> Run.of(seed, RunOptions.defaults()))
                .toList();
        assertThat(results.stream().mapToLong(RunResult::writes).sum()).isGreaterThan(1_000);
        assertThat(results.stream().mapToLong(RunResult::reads).sum()).isGreaterThan(500);
    }

    @Test
    void theNumberOfNodesCanBeGiven() {
        assertThat(Run.of(1, RunOptions.defaults().withNodes(9)).shape()).startsWith("9 nodes");
    }
}
