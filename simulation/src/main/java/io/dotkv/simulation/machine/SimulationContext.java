package io.dotkv.simulation.machine;

import io.dotkv.cluster.ClusterView;
import io.dotkv.kernel.Actor;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.simulated.SimulatedTime;
import io.dotkv.replication.ports.ReplicationSettings;
import io.dotkv.simulation.history.DepartedNodes;
import io.dotkv.simulation.history.Trace;
import io.dotkv.storage.Requests;
import io.dotkv.storage.StampedWrite;
import io.dotkv.storage.local.StorageSettings;
import java.util.List;

/** What the machines of a simulation share, and whom they tell of what happens on them. */
public interface SimulationContext {
    long MILLI = 1_000_000;
    long SECOND = 1_000_000_000;

    /** Of how many nodes the cluster is formed, and how each is configured. */
    record ClusterProfile(
            int nodes, int partitions, int replicas, StorageSettings storage, ReplicationSettings replication) {}

    SimulatedTime time();

    SimulatedNetwork network();

    Trace trace();

    FaultHooks fittings();

    ClusterProfile profile();

    /** The addresses through which nodes find each other. */
    List<String> seeds();

    SimulatedNode node(NodeId id);

    /** The nodes that have left or were removed, as far as any node knows. */
    DepartedNodes departures();

    /** Starts a node again after a while, as a supervisor does when its process has ended. */
    void restartLater(SimulatedNode node);

    /** A node has shown its clients another view of the cluster. */
    void viewed(SimulatedNode node, ClusterView view);

    /** A process issues dots as this actor from now on. */
    void assumed(NodeProcess process, Actor actor);

    /** A replica has given a write its dots. */
    void issued(SimulatedNode node, Requests.Mutate request, StampedWrite write);

    /** A request has not ended by its deadline. */
    void late(String request);

    /** Real code has failed in a way that no fault explains. */
    void defect(String how);
}
