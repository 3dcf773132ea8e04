package io.dotkv.storage.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.kernel.ports.SeededRandom;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The table of crashes of {@code docs/convergence.md}: short runs of the model, each as often as a node writes in it,
 * and each time the process ends at another write, just before it or just after. What must hold is what always must:
 * {@link Invariants}, and {@link ModelHealing} in the end. {@code -Ddotkv.seeds=100} for a hundred times as many runs.
 */
@Tag("simulation")
class CrashMatrixTest {
    private static final int STEPS = 100;
    private static final long RUNS = 10 * Long.getLong("dotkv.seeds", 1);

    @ParameterizedTest
    @CsvSource({
        "NOTHING, false, false",
        "NOTHING, false, true",
        "NOTHING, true, false",
        "NOTHING, true, true",
        "ALL_UNSYNCED, false, false",
        "ALL_UNSYNCED, false, true",
        "ALL_UNSYNCED, true, false",
        "ALL_UNSYNCED, true, true",
        "SOME_UNSYNCED, true, false",
        "SOME_UNSYNCED, true, true",
        "DISK, false, false",
        "DISK, false, true",
        "DISK, true, false",
        "DISK, true, true",
        "DISK_REPLACED_BY_AN_OLDER_COPY, false, false",
        "DISK_REPLACED_BY_AN_OLDER_COPY, false, true",
        "DISK_REPLACED_BY_AN_OLDER_COPY, true, false",
        "DISK_REPLACED_BY_AN_OLDER_COPY, true, true"
    })
    void aProcessMayEndAtAnyWrite(CrashPoint.Loss loss, boolean periodic, boolean takesAnother) {
        long points = 0;
        List<String> failed = new ArrayList<>();
        for (long seed = 1; seed <= RUNS; seed++) {
            CrashPoint counting = new CrashPoint(loss, periodic, 1, 0, false, takesAnother);
            run(seed, counting);
            for (int write = 1; write <= counting.seen(); write++) {
                for (boolean isDone : new boolean[] {false, true}) {
                    CrashPoint point = new CrashPoint(loss, periodic, 1, write, isDone, takesAnother);
                    try {
                        points += run(seed, point) ? 1 : 0;
                    } catch (AssertionError broken) {
                        failed.add("seed " + seed + ", " + point + ": " + broken.getMessage());
                    }
                }
            }
        }
        System.out.printf(
                "%s, %s, %s: %,d points, %d failed%n",
                loss, periodic ? "periodic" : "sync", takesAnother ? "two at once" : "one", points, failed.size());
        assertThat(failed).isEmpty();
        assertThat(points).as("runs in which the process ended as planned").isGreaterThan(10);
    }

    /* Whether the process ended as planned: what must not be lost, since others have not caught up, is not. */
    private static boolean run(long seed, CrashPoint point) {
        ReplicaModel model = new ReplicaModel(new SeededRandom(seed), Fault.NONE, point);
        model.run(STEPS);
        return model.isCrashAsPlanned();
    }
}
