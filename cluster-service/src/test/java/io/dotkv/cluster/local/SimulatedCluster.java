package io.dotkv.cluster.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.cluster.ClusterSettings;
import io.dotkv.cluster.ClusterView;
import io.dotkv.cluster.Health;
import io.dotkv.cluster.Member;
import io.dotkv.cluster.MemberFormat;
import io.dotkv.kernel.ports.RandomSource;
import io.dotkv.kernel.ports.SeededRandom;
import io.dotkv.kernel.simulated.SimulatedTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/**
 * Nodes with real gossip and cluster layers on one queue of virtual time, and what must hold of them at every moment.
 */
public final class SimulatedCluster {
    static final long SECOND = 1_000_000_000L;

    private final long seed;
    private final SimulatedTime time;
    private final RandomSource random;
    private final SimulatedNetwork network;
    private final List<SimulatedNode> nodes = new ArrayList<>();
    private final Map<String, SimulatedNode> byName = new HashMap<>();
    private final Map<String, String> clusterIds = new TreeMap<>();
    private final Set<String> falselyDead = new TreeSet<>();
    private boolean hadTwoClusters;
    private long changes;
    private BiConsumer<SimulatedNode, ClusterView> observer = (node, view) -> {};
    private final MemberFormat format = new SharedFormat(this::announced);
    private UnaryOperator<ClusterSettings> adjustment = UnaryOperator.identity();

    public SimulatedCluster(long seed) {
        this.seed = seed;
        this.time = new SimulatedTime(seed);
        this.random = new SeededRandom(seed);
        this.network = new SimulatedNetwork(time, random.fork());
    }

    /** So many nodes "a", "b", …, each with all as seeds, expecting so many; not started. */
    public static SimulatedCluster of(int count, int expect, long seed) {
        SimulatedCluster cluster = new SimulatedCluster(seed);
        List<String> seeds = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            seeds.add(addressOf(name(i)));
        }
        for (int i = 0; i < count; i++) {
            cluster.add(name(i), addressOf(name(i)), seeds, expect);
        }
        return cluster;
    }

    /**
     * So many nodes of a cluster that three of them form, the seeds of all; the others join.
     *
     * @return once all know all
     */
    static SimulatedCluster large(int count, long seed, UnaryOperator<ClusterSettings> adjustment) {
        SimulatedCluster cluster = new SimulatedCluster(seed);
        cluster.adjustment = adjustment;
        int founders = Math.min(3, count);
        List<String> seeds = new ArrayList<>();
        for (int i = 0; i < founders; i++) {
            seeds.add(addressOf(numbered(i)));
        }
        for (int i = 0; i < count; i++) {
            cluster.add(numbered(i), addressOf(numbered(i)), seeds, founders);
        }
        cluster.nodes.subList(0, founders).forEach(SimulatedNode::start);
        cluster.untilFormed(5);
        cluster.nodes.subList(founders, count).forEach(SimulatedNode::start);
        cluster.untilAgreed(60);
        return cluster;
    }

    private static String numbered(int index) {
        return "n%04d".formatted(index);
    }

    MemberFormat format() {
        return format;
    }

    UnaryOperator<ClusterSettings> adjustment() {
        return adjustment;
    }

    private static String name(int index) {
        return Character.toString('a' + index);
    }

    static String addressOf(String name) {
        return name + ".test:3000";
    }

    public SimulatedNode add(String name, String address, List<String> seeds, int expect) {
        SimulatedNode node = new SimulatedNode(name, address, seeds, expect, this, this::changed);
        nodes.add(node);
        byName.put(name, node);
        return node;
    }

    private void changed(SimulatedNode node) {
        changes++;
        node.agreement().ifPresent(formation -> {
            String before = clusterIds.put(node.id().name(), formation.clusterId());
            if (!formation.clusterId().equals(before)) {
                hadTwoClusters |= clusterIds().size() > 1;
            }
        });
        observer.accept(node, node.view());
    }

    /* Whoever declares a member dead publishes it. */
    private void announced(Member member) {
        if (member.health() == Health.DEAD) {
            SimulatedNode accused = byName.get(member.node().name());
            if (accused != null && accused.isUp()) {
                falselyDead.add(member.node() + "@" + member.incarnation());
            }
        }
    }

    /** Lives, as node and incarnation, that were declared dead by anybody while the node was up. */
    Set<String> falselyDead() {
        return falselyDead;
    }

    void observe(BiConsumer<SimulatedNode, ClusterView> newObserver) {
        observer = newObserver;
    }

    SimulatedTime time() {
        return time;
    }

    public RandomSource random() {
        return random;
    }

    public SimulatedNetwork network() {
        return network;
    }

    public List<SimulatedNode> nodes() {
        return nodes;
    }

    public SimulatedNode node(int index) {
        return nodes.get(index);
    }

    List<SimulatedNode> up() {
        return nodes.stream().filter(SimulatedNode::isUp).toList();
    }

    public SimulatedCluster startAll() {
        nodes.forEach(SimulatedNode::start);
        return this;
    }

    /** The clusters that the disks of all nodes, running or not, tell of. */
    public Set<String> clusterIds() {
        return new TreeSet<>(clusterIds.values());
    }

    /** Whether there ever were two of them at the same time. */
    public boolean hadTwoClusters() {
        return hadTwoClusters;
    }

    public void loseDisk(SimulatedNode node) {
        node.loseDisk();
        clusterIds.remove(node.id().name());
    }

    public void run(double seconds) {
        time.runFor((long) (seconds * SECOND));
    }

    /** Runs until it holds, and gives after how many seconds; fails when it does not in time. */
    public double until(String what, double limitSeconds, BooleanSupplier condition) {
        long start = time.monotonicNanos();
        boolean held = time.runUntil(condition, (long) (limitSeconds * SECOND));
        assertThat(held)
                .as("seed %d: within %s s: %s; views: %s", seed, limitSeconds, what, views())
                .isTrue();
        return (time.monotonicNanos() - start) / (double) SECOND;
    }

    private String views() {
        StringBuilder text = new StringBuilder();
        for (SimulatedNode node : up()) {
            text.append("\n  ").append(node).append(" sees ");
            node.view()
                    .members()
                    .forEach(member -> text.append(member.node())
                            .append('=')
                            .append(member.health())
                            .append('@')
                            .append(member.incarnation())
                            .append(' '));
            text.append(node.agreement());
        }
        return text.toString();
    }

    public double untilFormed(double limitSeconds) {
        AtomicLong lookedAt = new AtomicLong(-1);
        return until("every node is in the cluster and knows all others alive", limitSeconds, () -> {
            boolean nothingNew = lookedAt.getAndSet(changes) == changes;
            return !nothingNew
                    && up().stream().allMatch(node -> node.agreement().isPresent() && seesAllUpAlive(node));
        });
    }

    /** Like {@link #until}, for what takes long to look at: only once in so many nanoseconds. */
    double untilEvery(long nanos, String what, double limitSeconds, BooleanSupplier condition) {
        long start = time.monotonicNanos();
        while (!condition.getAsBoolean()) {
            double seconds = (time.monotonicNanos() - start) / (double) SECOND;
            assertThat(seconds).as("seed %d: seconds until %s", seed, what).isLessThan(limitSeconds);
            time.runFor(nanos);
        }
        return (time.monotonicNanos() - start) / (double) SECOND;
    }

    /** Until the tables of all are the same and everybody who is up is alive for all; looks every 50 ms. */
    double untilAgreed(double limitSeconds) {
        return untilEvery(SECOND / 20, "all know all alive", limitSeconds, this::isAgreed);
    }

    private boolean isAgreed() {
        List<SimulatedNode> up = up();
        long first = up.getFirst().cluster().stateHash();
        return up.stream().allMatch(node -> node.cluster().stateHash() == first)
                && up.stream().allMatch(this::seesAllUpAlive);
    }

    boolean seesAllUpAlive(SimulatedNode node) {
        return up().stream().allMatch(other -> node.healthOf(other) == Health.ALIVE);
    }

    boolean othersSee(SimulatedNode node, Health health) {
        return up().stream().filter(other -> other != node).allMatch(other -> other.healthOf(node) == health);
    }
}
