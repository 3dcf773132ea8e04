package io.dotkv.kernel;

import java.util.Arrays;

/**
 * Sets of positive counters as ascending runs: first and last of the first run, of the second, and so on. Runs neither
 * overlap nor touch. The arrays are never changed once made.
 */
final class Runs {
    private static final long[] NONE = {};

    private Runs() {}

    static boolean contains(long[] runs, long counter) {
        int run = runAtOrAfter(runs, counter);
        return run < runs.length && runs[run] <= counter;
    }

    /** Whether the first set has every counter of the second. */
    static boolean containsAll(long[] runs, long[] others) {
        for (int other = 0; other < others.length; other += 2) {
            int run = runAtOrAfter(runs, others[other]);
            if (run == runs.length || runs[run] > others[other] || runs[run + 1] < others[other + 1]) {
                return false;
            }
        }
        return true;
    }

    /** The set with one more counter, which was not in it. */
    static long[] with(long[] runs, long counter) {
        int last = runs.length - 1;
        if (counter == runs[last] + 1) {
            long[] longer = runs.clone();
            longer[last] = counter;
            return longer;
        }
        return union(runs, new long[] {counter, counter});
    }

    static long[] union(long[] left, long[] right) {
        if (containsAll(left, right)) {
            return left;
        }
        if (containsAll(/* runs= */ right, /* others= */ left)) {
            return right;
        }
        long[] result = new long[left.length + right.length];
        int length = 0;
        int l = 0;
        int r = 0;
        while (l < left.length || r < right.length) {
            boolean takeLeft = r == right.length || (l < left.length && left[l] <= right[r]);
            long first = takeLeft ? left[l] : right[r];
            long end = takeLeft ? left[l + 1] : right[r + 1];
            if (takeLeft) {
                l += 2;
            } else {
                r += 2;
            }
            if (length > 0 && first <= result[length - 1] + 1) {
                result[length - 1] = Math.max(result[length - 1], end);
            } else {
                result[length++] = first;
                result[length++] = end;
            }
        }
        return Arrays.copyOf(result, length);
    }

    /** The counters of the first set that are not in the second. */
    static long[] minus(long[] runs, long[] others) {
        if (containsAll(/* runs= */ others, /* others= */ runs)) {
            return NONE;
        }
        long[] result = new long[runs.length + others.length];
        int length = 0;
        int other = 0;
        for (int run = 0; run < runs.length; run += 2) {
            long first = runs[run];
            long end = runs[run + 1];
            while (other < others.length && others[other + 1] < first) {
                other += 2;
            }
            int hole = other;
            while (hole < others.length && others[hole] <= end) {
                if (others[hole] > first) {
                    result[length++] = first;
                    result[length++] = others[hole] - 1;
                }
                first = others[hole + 1] + 1;
                hole += 2;
            }
            if (first <= end) {
                result[length++] = first;
                result[length++] = end;
            }
        }
        return Arrays.copyOf(result, length);
    }

    /** Refuses what is not a set in this form. */
    static void check(long[] runs) {
        if (runs.length % 2 != 0) {
            throw new IllegalArgumentException("a run lacks its end");
        }
        long before = -1;
        for (int run = 0; run < runs.length; run += 2) {
            if (runs[run] < 1
                    || (run > 0 && runs[run] <= before + 1)
                    || runs[run + 1] < runs[run]
                    || runs[run + 1] == Long.MAX_VALUE) {
                throw new IllegalArgumentException("the runs of a dot set do not ascend");
            }
            before = runs[run + 1];
        }
    }

    static String toString(long[] runs) {
        StringBuilder text = new StringBuilder();
        for (int run = 0; run < runs.length; run += 2) {
            text.append(run == 0 ? "" : ",").append(runs[run]);
            if (runs[run + 1] > runs[run]) {
                text.append('-').append(runs[run + 1]);
            }
        }
        return text.toString();
    }

    /** The index of the first run that ends at or after the counter. */
    private static int runAtOrAfter(long[] runs, long counter) {
        int low = 0;
        int high = runs.length / 2;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (runs[2 * middle + 1] < counter) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return 2 * low;
    }
}
