package io.dotkv.simulation.invariant.data;

import io.dotkv.kernel.Key;
import io.dotkv.kernel.PartitionId;
import io.dotkv.simulation.history.FinalState;
import io.dotkv.simulation.history.TraceText;
import io.dotkv.simulation.invariant.Invariant;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** When faults have ended, all replicas of a partition come to the same rows and the same clock without being read. */
public final class ReplicasAreEqual implements Invariant {
    @Override
    public String sentence() {
        return "In the end all replicas are equal, without a read.";
    }

    @Override
    public void rested(FinalState rest, Verdict verdict) {
        Map<PartitionId, FinalState.ReplicaState> first = new TreeMap<>();
        for (FinalState.ReplicaState replica : rest.replicas()) {
            if (!replica.voting()) {
                verdict.violated("partition " + replica.partition() + " of " + replica.node() + " does not vote");
            }
            FinalState.ReplicaState other = first.putIfAbsent(replica.partition(), replica);
            if (other != null) {
                compare(other, replica, verdict);
            }
        }
    }

    private static void compare(FinalState.ReplicaState one, FinalState.ReplicaState other, Verdict verdict) {
        if (!one.clock().equals(other.clock())) {
            verdict.violated("the clocks of partition " + one.partition() + " differ: " + one.clock() + " at "
                    + one.node() + ", " + other.clock() + " at " + other.node());
        }
        Set<Key> keys = new TreeSet<>(one.rows().keySet());
        keys.addAll(other.rows().keySet());
        for (Key key : keys) {
            if (!one.row(key).leaves().equals(other.row(key).leaves())) {
                verdict.violated("key " + TraceText.of(key) + " differs: "
                        + TraceText.of(one.row(key).leaves()) + " at " + one.node() + ", "
                        + TraceText.of(other.row(key).leaves()) + " at " + other.node());
            }
        }
    }
}
