package io.dotkv.replication.scrub;

import io.dotkv.kernel.Bytes;
import io.dotkv.storage.Digests;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * What follows from the digests that several replicas have given of the same keys.
 *
 * @param compared how many ranges, from the first on, all of them have given with the same ends
 * @param differing which of these have to be looked at row by row
 */
record RangeComparison(int compared, List<Integer> differing) {
    /** Compares; each must have at least one range. */
    static RangeComparison of(Collection<Digests> digests) {
        Digests first = digests.iterator().next();
        int compared = first.ranges().size();
        for (Digests other : digests) {
            compared = Math.min(compared, equalEnds(first, other));
        }
        List<Integer> differing = new ArrayList<>();
        for (int range = 0; range < compared; range++) {
            if (differ(digests, range)) {
                differing.add(range);
            }
        }
        return new RangeComparison(compared, differing);
    }

    private static int equalEnds(Digests one, Digests other) {
        int most = Math.min(one.ranges().size(), other.ranges().size());
        int equal = 0;
        while (equal < most
                && one.ranges()
                        .get(equal)
                        .end()
                        .equals(other.ranges().get(equal).end())) {
            equal++;
        }
        return equal;
    }

    private static boolean differ(Collection<Digests> digests, int range) {
        Bytes hash = digests.iterator().next().ranges().get(range).hash();
        boolean[] found = {false};
        digests.forEach(each -> {
            Digests.Range other = each.ranges().get(range);
            found[0] |= !other.isWhole() || !other.hash().equals(hash);
        });
        return found[0];
    }

    /** The first end that any of them has given: up to there all of them can be compared. */
    static Bytes firstEnd(Collection<Digests> digests) {
        Bytes first = Bytes.EMPTY;
        for (Digests each : digests) {
            Bytes end = each.ranges().getFirst().end();
            if (!end.isEmpty() && (first.isEmpty() || end.compareTo(first) < 0)) {
                first = end;
            }
        }
        return first;
    }
}
