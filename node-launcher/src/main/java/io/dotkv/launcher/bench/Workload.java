package io.dotkv.launcher.bench;

import java.util.Locale;

/** Which operations a load is made of. */
enum Workload {
    /** Blind puts only. */
    PUT(0),
    /** Gets only. */
    GET(100),
    /** Half gets, half puts. */
    MIX50(50),
    /** Gets, and a put now and then: 95 to 5. */
    MIX95(95);

    private final int readPercent;

    Workload(int readPercent) {
        this.readPercent = readPercent;
    }

    /** How many of a hundred operations are gets. */
    int readPercent() {
        return readPercent;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
