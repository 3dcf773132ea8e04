package io.dotkv.replication.scrub;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.kernel.PartitionId;
import io.dotkv.kernel.ports.SeededRandom;
import io.dotkv.replication.ports.ScrubSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Each partition once in a period, evenly. */
class ScrubScheduleTest {
    private static final SortedSet<PartitionId> HELD =
            new TreeSet<>(List.of(new PartitionId(1), new PartitionId(4), new PartitionId(5), new PartitionId(9)));

    private static List<Integer> scrubbed(long periodNanos, long until, SortedSet<PartitionId> held) {
        ScrubSchedule schedule = new ScrubSchedule(new ScrubSettings(periodNanos, 1), new SeededRandom(3));
        List<Integer> scrubbed = new ArrayList<>();
        for (long now = 0; now <= until; now += 10) {
            schedule.next(held, now).ifPresent(partition -> scrubbed.add(partition.number()));
        }
        return scrubbed;
    }

    @Test
    void inEachPeriodEveryPartitionHasItsTurn() {
        List<Integer> scrubbed = scrubbed(4_000, 8_000, HELD);
        assertThat(scrubbed).hasSize(8);
        assertThat(scrubbed.subList(0, 4)).containsExactlyInAnyOrder(1, 4, 5, 9);
        assertThat(scrubbed.subList(4, 8)).isEqualTo(scrubbed.subList(0, 4));
    }

    @Test
    void aPeriodOfZeroIsNever() {
        assertThat(scrubbed(0, 100_000, HELD)).isEmpty();
    }

    @Test
    void whoHoldsNothingScrubsNothing() {
        assertThat(scrubbed(4_000, 8_000, new TreeSet<>())).isEmpty();
    }
}
