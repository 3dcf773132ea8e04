package io.dotkv.replication;

import io.dotkv.kernel.NodeId;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** How an attempt to make replicas equal stands. */
public sealed interface ConvergenceResult {
    /**
     * Who is how far.
     *
     * @param goal what is to be on all replicas
     * @param isReached whether it is
     * @param nodes all that hold replicas, by name
     */
    record Reported(ConvergenceGoal goal, boolean isReached, List<Distance> nodes) implements ConvergenceResult {
        public Reported {
            nodes = List.copyOf(nodes);
        }
    }

    /** Nobody could be asked. */
    record Failed(Failure failure) implements ConvergenceResult {}

    /**
     * How far a node is from the goal.
     *
     * @param isReached whether it answered
     * @param missingEvents how many events of the goal it lacks; of a node that did not answer at least so many; empty
     *     when nobody knows
     * @param missingPartitions of how many partitions
     */
    record Distance(NodeId node, boolean isReached, OptionalLong missingEvents, OptionalInt missingPartitions) {}
}
