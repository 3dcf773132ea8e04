package io.dotkv.launcher.cli.cluster;

import java.util.Locale;

/** What a monitor asks of a cluster. */
enum Requirement {
    /** Every partition has a majority of its replicas. */
    QUORUM,
    /** Every partition has all of its replicas. */
    WHOLE;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
