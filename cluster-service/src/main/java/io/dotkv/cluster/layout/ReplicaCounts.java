package io.dotkv.cluster.layout;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/**
 * How many replicas each member holds in a balanced layout: in proportion to its capacity, within what zones allow. A
 * member holds a partition at most once, so it holds at most all of them; a zone holds at least as many as {@link
 * ZoneRule} demands and at most as many as it allows.
 *
 * <p>Within these bounds the counts are proportional: there is one level, and a member of capacity <i>c</i> holds
 * <i>level · c</i> (water filling, first over the zones, then in each zone). Counts are whole numbers, so each is
 * rounded up or down; those are rounded up who hold that many today, which saves a move.
 */
final class ReplicaCounts {
    private static final double ALMOST = 1e-6;
    private static final int STEPS = 100;

    private ReplicaCounts() {}

    /**
     * The count of each member.
     *
     * @param members those with a capacity of 1 or more
     * @param held how many partitions each of them holds today, in the same order
     */
    static int[] of(List<LayoutMember> members, int[] held, ZoneRule rule, int partitions) {
        int zones = rule.zones();
        List<List<Integer>> membersOf = new ArrayList<>();
        IntStream.range(0, zones).forEach(zone -> membersOf.add(new ArrayList<>()));
        for (int i = 0; i < members.size(); i++) {
            membersOf.get(rule.zoneOf(i)).add(i);
        }
        double level = level(
                (double) rule.replicas() * partitions,
                at -> IntStream.range(0, zones)
                        .mapToDouble(zone -> bounded(
                                filled(members, membersOf.get(zone), partitions, at),
                                (double) rule.least() * partitions,
                                (double) rule.most() * partitions))
                        .sum());
        double[] zoneShares = new double[zones];
        int[] zoneHeld = new int[zones];
        for (int zone = 0; zone < zones; zone++) {
            List<Integer> its = membersOf.get(zone);
            zoneShares[zone] = bounded(
                    filled(members, its, partitions, level),
                    (double) rule.least() * partitions,
                    (double) rule.most() * partitions);
            zoneHeld[zone] = its.stream().mapToInt(i -> held[i]).sum();
        }
        int[] zoneCounts = rounded(zoneShares, zoneHeld, rule.replicas() * partitions);
        int[] counts = new int[members.size()];
        for (int zone = 0; zone < zones; zone++) {
            List<Integer> its = membersOf.get(zone);
            double own = level(zoneCounts[zone], at -> filled(members, its, partitions, at));
            double[] shares = its.stream()
                    .mapToDouble(i -> share(members.get(i), partitions, own))
                    .toArray();
            int[] before = its.stream().mapToInt(i -> held[i]).toArray();
            int[] its2 = rounded(shares, before, zoneCounts[zone]);
            for (int k = 0; k < its2.length; k++) {
                counts[its.get(k)] = its2[k];
            }
        }
        return counts;
    }

    private static double share(LayoutMember member, int partitions, double level) {
        return Math.min(partitions, level * member.capacity());
    }

    private static double filled(List<LayoutMember> members, List<Integer> some, int partitions, double level) {
        return some.stream()
                .mapToDouble(i -> share(members.get(i), partitions, level))
                .sum();
    }

    private static double bounded(double value, double least, double most) {
        return Math.max(least, Math.min(most, value));
    }

    /** The least level at which that much is held. */
    private static double level(double wanted, DoubleUnaryOperator heldAt) {
        double low = 0;
        double high = 1;
        while (heldAt.applyAsDouble(high) < wanted - ALMOST && high < 1e12) {
            high *= 2;
        }
        for (int step = 0; step < STEPS; step++) {
            double middle = (low + high) / 2;
            if (heldAt.applyAsDouble(middle) < wanted) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return high;
    }

    /** Each share rounded up or down, so that all together are that many; up first where that many are held today. */
    private static int[] rounded(double[] shares, int[] held, int all) {
        int[] counts = new int[shares.length];
        int left = all;
        for (int i = 0; i < shares.length; i++) {
            counts[i] = (int) Math.floor(shares[i] + ALMOST);
            left -= counts[i];
        }
        List<Integer> order = IntStream.range(0, shares.length)
                .boxed()
                .filter(i -> shares[i] - counts[i] > ALMOST)
                .sorted(Comparator.<Integer, Boolean>comparing(i -> held[i] <= counts[i])
                        .thenComparingDouble(i -> counts[i] - shares[i]))
                .toList();
        for (int k = 0; k < left; k++) {
            counts[order.get(k)]++;
        }
        return counts;
    }
}
