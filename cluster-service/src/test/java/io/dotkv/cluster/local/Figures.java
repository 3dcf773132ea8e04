package io.dotkv.cluster.local;

import io.dotkv.cluster.ClusterSettings;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;

/** What the tests that measure have in common. */
final class Figures {
    /** Whether the large versions run, and not the small ones of the build. */
    static final boolean FULL = "full".equals(System.getProperty("dotkv.figures"));

    static final UnaryOperator<ClusterSettings> DEFAULTS = UnaryOperator.identity();

    private Figures() {}

    static double quantile(List<Double> values, double share) {
        List<Double> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        return sorted.get(Math.min(sorted.size() - 1, (int) (share * sorted.size())));
    }

    static String spread(List<Double> seconds) {
        return String.format(
                Locale.ROOT,
                "median %.2f s, p99 %.2f s, longest %.2f s of %d",
                quantile(seconds, 0.5),
                quantile(seconds, 0.99),
                Collections.max(seconds),
                seconds.size());
    }

    static void say(String form, Object... values) {
        System.out.printf(Locale.ROOT, form + "%n", values);
    }
}
