package io.dotkv.simulation.machine;

import io.dotkv.cluster.Cluster;
import io.dotkv.cluster.ClusterTransport;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.ports.Scheduler;
import io.dotkv.replication.Replication;
import io.dotkv.storage.Storage;
import io.dotkv.storage.engine.Engine;

/**
 * What is put between the parts of each node of a run. Nothing, but in tests that plant a fault there to see that it is
 * found.
 */
public interface FaultHooks {
    /** Nodes as they are. */
    FaultHooks NONE = new FaultHooks() {};

    default Scheduler scheduler(NodeId node, Scheduler scheduler) {
        return scheduler;
    }

    default Engine engine(NodeId node, Engine engine) {
        return engine;
    }

    default Storage storage(NodeId node, Storage storage) {
        return storage;
    }

    default Cluster cluster(NodeId node, Cluster cluster) {
        return cluster;
    }

    default ClusterTransport transport(NodeId node, ClusterTransport transport) {
        return transport;
    }

    default Replication replication(NodeId node, Replication replication) {
        return replication;
    }
}
