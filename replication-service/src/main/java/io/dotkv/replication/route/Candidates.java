package io.dotkv.replication.route;

import io.dotkv.kernel.NodeId;
import io.dotkv.replication.Consistency;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * The replicas of a key's partition as one request found them when it began, in order of preference. Coordinations
 * speak of a replica by its index here.
 *
 * @param nodes all replicas of the layout, the preferred one first
 * @param reachable bit i is set when a call to replica i has a chance
 * @param level how many of them must take part
 */
public record Candidates(List<NodeId> nodes, long reachable, Consistency level) {
    public int count() {
        return nodes.size();
    }

    public int required() {
        return level.required(nodes.size());
    }

    public boolean isReachable(int replica) {
        return (reachable >>> replica & 1) != 0;
    }

    public int reachableCount() {
        return Long.bitCount(reachable);
    }

    /** The nodes for which the condition holds, in ascending order of index. */
    public List<NodeId> which(IntPredicate condition) {
        List<NodeId> chosen = new ArrayList<>(nodes.size());
        for (int replica = 0; replica < nodes.size(); replica++) {
            if (condition.test(replica)) {
                chosen.add(nodes.get(replica));
            }
        }
        return List.copyOf(chosen);
    }
}
