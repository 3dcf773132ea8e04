package io.dotkv.launcher.bench;

import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/** Counts what happened to operations while it is on. Touched from the event loop only. */
final class Meter {
    private static final long HIGHEST_NANOS = 120_000_000_000L;
    private static final int DIGITS = 3;

    private final Histogram reads = new Histogram(HIGHEST_NANOS, DIGITS);
    private final Histogram writes = new Histogram(HIGHEST_NANOS, DIGITS);
    private final Map<String, Long> errors = new TreeMap<>();

    void succeeded(boolean read, long nanos) {
        (read ? reads : writes).recordValue(Math.min(HIGHEST_NANOS, Math.max(1, nanos)));
    }

    void failed(String reason) {
        errors.merge(reason, 1L, Long::sum);
    }

    Histogram reads() {
        return reads;
    }

    Histogram writes() {
        return writes;
    }

    Map<String, Long> errors() {
        return errors;
    }
}
