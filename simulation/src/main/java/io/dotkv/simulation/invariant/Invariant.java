package io.dotkv.simulation.invariant;

import io.dotkv.cluster.Cluster;
import io.dotkv.cluster.ClusterView;
import io.dotkv.kernel.Actor;
import io.dotkv.simulation.history.ClientRead;
import io.dotkv.simulation.history.ClientWrite;
import io.dotkv.simulation.history.FinalState;
import io.dotkv.simulation.history.IssuedDot;
import io.dotkv.simulation.machine.NodeProcess;
import io.dotkv.simulation.machine.SimulatedNode;

/** Something that must hold of every run. It is told of all that can be seen and says when it does not hold. */
public interface Invariant {
    /** What must hold, as a sentence. */
    String sentence();

    /** A replica has given a dot to a mutation. */
    default void issued(IssuedDot issue, Verdict verdict) {}

    /** A client has learnt how its write ended, or has given it up. */
    default void wrote(ClientWrite write, Verdict verdict) {}

    /** A client has got an answer to a read of a key. */
    default void read(ClientRead read, Verdict verdict) {}

    /** A node sees the cluster so. */
    default void viewed(SimulatedNode node, ClusterView view, Verdict verdict) {}

    /** The storage of a process issues dots as this actor from now on. */
    default void assumed(NodeProcess process, Actor actor, Verdict verdict) {}

    /** It was acknowledged that a node has left for good or was removed. */
    default void departed(Cluster.Departed departed, Verdict verdict) {}

    /** A node has not answered a request in time. */
    default void late(String request, Verdict verdict) {}

    /** Faults have ended and the cluster has come to rest: from now on nothing is to change. */
    default void quiet() {}

    /** The cluster was at rest for a while, or has not come to rest in a long time. */
    default void rested(FinalState rest, Verdict verdict) {}

    /** Where it says that it does not hold. */
    interface Verdict {
        void violated(String how);
    }
}
