package io.dotkv.cluster;

import io.dotkv.kernel.ports.RandomSource;
import java.util.ArrayList;
import java.util.List;

/** Random choices and pauses of the cluster layer. */
public final class RandomChoice {
    private RandomChoice() {}

    /** Up to so many of the candidates, in random order. */
    public static <T> List<T> choose(List<T> candidates, int count, RandomSource random) {
        List<T> rest = new ArrayList<>(candidates);
        List<T> chosen = new ArrayList<>();
        while (!rest.isEmpty() && chosen.size() < count) {
            int index = random.nextInt(rest.size());
            chosen.add(rest.get(index));
            rest.set(index, rest.getLast());
            rest.removeLast();
        }
        return chosen;
    }

    /** From two thirds to four thirds of the average. */
    public static long around(long averageNanos, RandomSource random) {
        return averageNanos * 2 / 3 + Long.remainderUnsigned(random.nextLong(), averageNanos * 2 / 3 + 1);
    }
}
