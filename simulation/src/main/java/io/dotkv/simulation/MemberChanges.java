package io.dotkv.simulation;

import io.dotkv.kernel.ports.RandomSource;
import java.util.EnumMap;
import java.util.Map;

/**
 * Who comes to the cluster of a run once it has formed, and who goes for good. There are always enough of the founders
 * left that they are a majority of the acceptors, also when all others are stopped.
 *
 * @param lateNodes how many nodes come; they hold no partitions
 * @param founderGoes whether the last of the founders may go, too; the partitions that it holds have one replica fewer
 *     then
 * @param departures the average time in nanoseconds between two faults of the kinds that take members out
 */
record MemberChanges(int lateNodes, boolean founderGoes, Map<Fault, Long> departures) {
    private static final long MILLI = 1_000_000;

    static MemberChanges draw(RandomSource random, int founders, RunOptions options) {
        int late = Math.min(founders - 1, random.nextInt(2) == 0 ? 0 : 1 + random.nextInt(2));
        Map<Fault, Long> departures = new EnumMap<>(Fault.class);
        for (Fault fault : Fault.values()) {
            if (fault.takesMembersOut() && random.nextInt(2) == 0) {
                departures.put(fault, (1_000 + random.nextInt(7_001)) * MILLI);
            }
        }
        boolean goes = random.nextInt(8) == 0;
        return new MemberChanges(
                late, goes && late <= founders - 3 && !departures.isEmpty() && !options.dataLoss(), departures);
    }

    /** Whether nobody comes or goes. */
    boolean isNone() {
        return lateNodes == 0 && !founderGoes;
    }

    /** In words. */
    @Override
    public String toString() {
        return lateNodes + " late nodes" + (founderGoes ? " and one founder" : "") + ": " + departures;
    }
}
