package io.dotkv.cluster;

import io.dotkv.cluster.layout.Formation;
import io.dotkv.cluster.layout.Layout;
import io.dotkv.kernel.NodeId;
import java.util.List;

/**
 * How the cluster layer of a node behaves. {@link #defaults} suits clusters of a few to about a hundred nodes.
 *
 * <p>The longest time from a node's death until everybody knows is about {@code 3 probe intervals + 2 probe timeouts +
 * suspicion}: with three nodes and the defaults 6 s, and 3.8 s on average. Shorter times find the dead sooner and take
 * more of the slow for dead.
 *
 * @param self the node's name
 * @param addresses where the node's layers are reached by others; the cluster layer's must be there
 * @param seeds {@code host:port} of cluster layers to join through; a host may stand for several addresses, and the
 *     node itself may be among them
 * @param expect how many nodes must meet to form the cluster; the same on all, and more than half of the nodes that are
 *     started before it has formed
 * @param tickNanos how often time is looked at, default 100 ms; adds to every time below
 * @param probeIntervalNanos time between two probes, each to one member, default 1 s
 * @param probeTimeoutNanos how long a probe waits for its answer, default 500 ms; more than the slowest round trip
 * @param helpers how many members are asked to probe on one's behalf, default 3
 * @param suspicionNanos how long a suspect has to refute in a cluster of three, default 2.1 s; grows with the logarithm
 *     of the number of members, because news and refutation take that many rounds. Shorter takes pauses for deaths: a
 *     node may be silent for about this long and not be missed
 * @param lifeguard what keeps slow nodes from accusing others, default {@link Lifeguard#ON}
 * @param exchangeIntervalNanos average time between two full exchanges of state with a random member whose state is
 *     different for longer than news takes to spread, default 5 s; while the cluster is forming, with any, 1 s. Equal
 *     states exchange nothing; shorter costs bytes while news is under way
 * @param exchangeTimeoutNanos deadline of an exchange of state and of a step of forming, default 1 s
 * @param reconnectNanos average time between two attempts to reach a dead member or a seed that nobody answered at,
 *     default 5 s; bounds how long a healed network stays divided. While the cluster is forming 1 s
 * @param forgetNanos how long a dead or departed member is remembered that never became a member of the cluster,
 *     default 24 h; see {@link io.dotkv.cluster.membership.Tombstones}. Shorter lets an old record of it come up again
 *     sooner
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
        Lifeguard lifeguard,
        long exchangeIntervalNanos,
        long exchangeTimeoutNanos,
        long reconnectNanos,
        long forgetNanos,
        int partitions,
        int replicas) {
    private static final long MILLI = 1_000_000;

    /**
     * What keeps a slow node from taking others for dead, and gives the slow more time (see
     * {@link io.dotkv.cluster.membership.LocalHealth} and {@link Suspicion}).
     *
     * @param maxScore the highest local health score; probe intervals and time-outs grow up to one more than this many
     *     times. 0 turns off all that {@link io.dotkv.cluster.membership.FailureDetector} does beyond SWIM
     * @param confirmations how many confirmations bring a suspicion down to its shortest time; clusters where there
     *     cannot be so many begin with the shortest
     * @param suspicionFactor how many times the shortest time of a suspicion the longest is
     */
    public record Lifeguard(int maxScore, int confirmations, int suspicionFactor) {
        /** The default: scores up to 8, three confirmations, up to six times the shortest time. */
        public static final Lifeguard ON = new Lifeguard(8, Member.MAX_ACCUSERS - 1, 6);

        /** Plain SWIM: for comparison. */
        public static final Lifeguard OFF = new Lifeguard(0, 0, 1);

        public Lifeguard {
            if (maxScore < 0 || confirmations < 0 || confirmations >= Member.MAX_ACCUSERS || suspicionFactor < 1) {
                throw new IllegalArgumentException("scores are 0 or more, confirmations 0 to "
                        + (Member.MAX_ACCUSERS - 1) + ", the factor of suspicions 1 or more");
            }
        }

        public boolean isOn() {
            return maxScore > 0;
        }
    }

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
                || forgetNanos <= 0
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
                2_100 * MILLI,
                Lifeguard.ON,
                5_000 * MILLI,
                1_000 * MILLI,
                5_000 * MILLI,
                24 * 3_600_000L * MILLI,
                Layout.DEFAULT_PARTITIONS,
                Layout.DEFAULT_REPLICAS);
    }

    /** The same with other means against slow nodes. */
    public ClusterSettings withLifeguard(Lifeguard other) {
        return new ClusterSettings(
                self,
                addresses,
                seeds,
                expect,
                tickNanos,
                probeIntervalNanos,
                probeTimeoutNanos,
                helpers,
                suspicionNanos,
                other,
                exchangeIntervalNanos,
                exchangeTimeoutNanos,
                reconnectNanos,
                forgetNanos,
                partitions,
                replicas);
    }

    /** The same with another time until the dead are forgotten. */
    public ClusterSettings withForgetNanos(long otherNanos) {
        return new ClusterSettings(
                self,
                addresses,
                seeds,
                expect,
                tickNanos,
                probeIntervalNanos,
                probeTimeoutNanos,
                helpers,
                suspicionNanos,
                lifeguard,
                exchangeIntervalNanos,
                exchangeTimeoutNanos,
                reconnectNanos,
                otherNanos,
                partitions,
                replicas);
    }

    /** How long a probe of the slowest node waits. */
    public long longestProbeTimeoutNanos() {
        return probeTimeoutNanos * (lifeguard.maxScore() + 1);
    }

    public String address() {
        return addresses.cluster().orElseThrow();
    }
}
