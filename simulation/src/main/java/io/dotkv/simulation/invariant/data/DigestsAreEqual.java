package io.dotkv.simulation.invariant.data;

import io.dotkv.kernel.PartitionId;
import io.dotkv.simulation.history.FinalState;
import io.dotkv.simulation.invariant.Invariant;
import io.dotkv.storage.Digests;
import java.util.Map;
import java.util.TreeMap;

/**
 * Disks of a simulation lose and forget, but never damage what they keep. So when a cluster has come to rest, the
 * digests of all replicas of a partition are equal, and no scrub has ever found a difference that writes do not
 * explain.
 */
public final class DigestsAreEqual implements Invariant {
    @Override
    public String sentence() {
        return "No scrub finds damage where there is none.";
    }

    @Override
    public void rested(FinalState rest, Verdict verdict) {
        rest.scrubs().forEach((node, care) -> {
            if (care.differences() + care.damagedRows() + care.rowsMended() > 0) {
                verdict.violated("the scrubs of " + node + " have found damage: " + care);
            }
        });
        compare(rest, verdict);
    }

    private static void compare(FinalState rest, Verdict verdict) {
        Map<PartitionId, FinalState.ReplicaDigests> first = new TreeMap<>();
        for (FinalState.ReplicaDigests replica : rest.digests()) {
            FinalState.ReplicaDigests other = first.putIfAbsent(replica.partition(), replica);
            Digests.Range whole = replica.digests().ranges().getFirst();
            if (!whole.end().isEmpty() || whole.damaged() > 0) {
                verdict.violated("the digest of partition " + replica.partition() + " at " + replica.node()
                        + " is not of all of its rows: " + whole);
            }
            if (other != null && differ(whole, other.digests().ranges().getFirst())) {
                verdict.violated("the digests of partition " + replica.partition() + " differ: " + whole + " at "
                        + replica.node() + ", " + other.digests().ranges().getFirst() + " at " + other.node());
            }
        }
    }

    /** Whether they differ. A row that still has a residual context is in neither of a scrub's sums. */
    private static boolean differ(Digests.Range one, Digests.Range other) {
        return one.isWhole() && other.isWhole() && !one.equals(other);
    }
}
