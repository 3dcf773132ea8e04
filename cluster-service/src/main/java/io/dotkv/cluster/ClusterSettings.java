package io.dotkv.cluster;

import io.dotkv.kernel.NodeId;
import java.util.List;

/**
 * How the cluster layer of a node behaves. {@link #defaults} suits clusters of a few to about a hundred nodes.
 *
 * <p>The longest time from a node's death until everybody knows is about {@code 3 probe intervals + 2 probe timeouts +
 * suspicion}: with three nodes and the defaults 5.5 s, and 3.5 s on average. Shorter times find the dead sooner and take
 * more of the slow for dead.
 *
 * @param self the node's name
 * @param addresses where the node's layers are reached by others; the cluster layer's must be there
 * @param seeds {@code host:port} of cluster layers to join through; a host may stand for several addresses, and the node
 *     itself may be among them
 * @param expect how many nodes must meet to form the cluster; the same on all, and more than half of the nodes that are
 *     started before it has formed
 * @param tickNanos how often time is looked at, default 100 ms; adds to every time below
 * @param probeIntervalNanos time between two probes, each to one member, default 1 s
 * @param probeTimeoutNanos how long a probe waits for its answer, default 500 ms; more than the slowest round trip
 * @param helpers how many members are asked to probe on one's behalf, default 3
 * @param suspicionNanos how long a suspect has to refute in a cluster of three, default 1.5 s; grows with the logarithm of
 *     the number of members, because news and refutation take that many rounds
 * @param exchangeIntervalNanos average time between two full exchanges of state with a random member, default 15 s; while
 *     the cluster is forming 1 s
 * @param exchangeTimeoutNanos deadline of an exchange of state and of a step of forming, default 1 s
 * @param reconnectNanos average time between two attempts to reach a dead member or a seed that nobody answered at, default
 *     5 s; bounds how long a healed network stays divided. While the cluster is forming 1 s
 * @param partitions the number of partitions of a cluster that this node forms, a power of two, default 256
 * @param replicas the replicas of each partition of a cluster that this node forms, default 3
 */
public record ClusterSettings(
        NodeId self,
        Addresses addresses,
        List<String> seeds,
        int expect,
        long tickNanos,
        long probeIntervalNanos,
        long probeTimeoutNanos,
        int helpers,
        long suspicionNanos,
        long exchangeIntervalNanos,
        long exchangeTimeoutNanos,
        long reconnectNanos,
        int partitions,
        int replicas) {
    private static final long MILLI = 1_000_000;

    public ClusterSettings {
        seeds = List.copyOf(seeds);
        if (addresses.cluster().isEmpty()) {
            throw new IllegalArgumentException(
                    "node " + self + " has no address of its cluster layer, so no other node could reach it");
        }
        if (expect < 1 || expect > Formation.MAX_MEMBERS) {
            throw new IllegalArgumentException(
                    "a cluster is formed by 1 to " + Formation.MAX_MEMBERS + " nodes, not " + expect);
        }
        if (expect > 1 && seeds.isEmpty()) {
            throw new IllegalArgumentException("node " + self + " expects " + expect
                    + " nodes but has no seeds to meet them through: name at least one other node as a seed");
        }
        if (tickNanos <= 0
                || probeIntervalNanos < tickNanos
                || probeTimeoutNanos <= 0
                || suspicionNanos <= 0
                || exchangeIntervalNanos <= 0
                || exchangeTimeoutNanos <= 0
                || reconnectNanos <= 0
                || helpers < 0) {
            throw new IllegalArgumentException(
                    "the times of the cluster settings are more than 0, and the probe interval at least one tick");
        }
    }

    /** The defaults for a node. */
    public static ClusterSettings defaults(NodeId self, Addresses addresses, List<String> seeds, int expect) {
        return new ClusterSettings(
                self,
                addresses,
                seeds,
                expect,
                100 * MILLI,
                1_000 * MILLI,
                500 * MILLI,
                3,
                1_500 * MILLI,
                15_000 * MILLI,
                1_000 * MILLI,
                5_000 * MILLI,
                Layout.DEFAULT_PARTITIONS,
                Layout.DEFAULT_REPLICAS);
    }

    String address() {
        return addresses.cluster().orElseThrow();
    }
}
