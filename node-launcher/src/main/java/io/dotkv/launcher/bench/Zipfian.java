package io.dotkv.launcher.bench;

import java.util.random.RandomGenerator;

/**
 * Chooses the key of rank r with a probability in proportion to 1 / r^0.99; ranks are scattered over the key numbers,
 * so that hot keys are no neighbours.
 *
 * <p>Source: Gray, Sundaresan, Englert, Baclawski, Weinberger, "Quickly Generating Billion-Record Synthetic Databases",
 * SIGMOD 1994, section 3.2; the skew is that of YCSB. One choice costs two powers; the set-up is linear in the keys.
 */
final class Zipfian implements KeyChooser {
    private static final double SKEW = 0.99;

    private final int keys;
    private final double zeta;
    private final double alpha;
    private final double eta;

    Zipfian(int keys) {
        this.keys = keys;
        this.zeta = zeta(keys);
        this.alpha = 1 / (1 - SKEW);
        this.eta = keys < 3 ? 0 : (1 - Math.pow(2.0 / keys, 1 - SKEW)) / (1 - zeta(2) / zeta);
    }

    private static double zeta(int terms) {
        double sum = 0;
        for (int rank = 1; rank <= terms; rank++) {
            sum += 1 / Math.pow(rank, SKEW);
        }
        return sum;
    }

    @Override
    public int next(RandomGenerator random) {
        return scatter(rank(random.nextDouble()));
    }

    /** The rank, from 0, at this point of the distribution. */
    int rank(double point) {
        double area = point * zeta;
        if (area < 1) {
            return 0;
        }
        if (area < 1 + Math.pow(0.5, SKEW)) {
            return Math.min(1, keys - 1);
        }
        return (int) Math.min(keys - 1L, (long) (keys * Math.pow(eta * point - eta + 1, alpha)));
    }

    /** Multiplying by a number that shares no factor with the count visits every key once. */
    private int scatter(int rank) {
        return (int) (rank * (long) multiplier() % keys);
    }

    private int multiplier() {
        int candidate = 1_000_003;
        while (keys % candidate == 0) {
            candidate += 2;
        }
        return candidate;
    }
}
