package io.dotkv.launcher.node;

/** A layer that a process can run. */
enum Service {
    STORAGE,
    GOSSIP,
    CLUSTER,
    REPLICATION
}
