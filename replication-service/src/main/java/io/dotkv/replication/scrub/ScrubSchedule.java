package io.dotkv.replication.scrub;

import io.dotkv.kernel.PartitionId;
import io.dotkv.kernel.ports.RandomSource;
import io.dotkv.replication.ports.ScrubSettings;
import java.util.Optional;
import java.util.SortedSet;

/**
 * Which partition to scrub when: one after the other in order of number, evenly over the period, beginning somewhere,
 * so that a node that restarts often does not scrub the same ones only. One thread at a time.
 */
final class ScrubSchedule {
    private final long periodNanos;
    private final RandomSource random;
    private int after = -1;
    private boolean begun;
    private long dueNanos;

    ScrubSchedule(ScrubSettings settings, RandomSource random) {
        this.periodNanos = settings.periodNanos();
        this.random = random;
    }

    /** The partition to begin with now, if one is due; the next is due a share of the period later. */
    Optional<PartitionId> next(SortedSet<PartitionId> held, long nowNanos) {
        if (periodNanos == 0 || held.isEmpty()) {
            return Optional.empty();
        }
        long shareNanos = periodNanos / held.size();
        if (!begun) {
            begun = true;
            after = random.nextInt(held.last().number() + 1) - 1;
            dueNanos = nowNanos + shareNanos;
        }
        if (dueNanos - nowNanos > 0) {
            return Optional.empty();
        }
        SortedSet<PartitionId> behind =
                held.tailSet(new PartitionId(Math.min(after + 1, held.last().number())));
        PartitionId next = after + 1 > held.last().number() ? held.first() : behind.first();
        after = next.number();
        dueNanos = nowNanos + shareNanos;
        return Optional.of(next);
    }
}
