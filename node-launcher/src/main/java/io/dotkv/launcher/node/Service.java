package io.dotkv.launcher.node;

import java.util.Locale;

/** A layer that a process can run. */
enum Service {
    STORAGE,
    GOSSIP,
    CLUSTER,
    REPLICATION;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
