package io.dotkv.replication.converge;

import io.dotkv.cluster.layout.Layout;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.PartitionId;
import io.dotkv.replication.ReplicationStatus.PeerStatus;
import io.dotkv.replication.ports.ReplicationPorts;
import io.dotkv.replication.route.ReplicaClient;
import io.dotkv.replication.route.Topology;
import io.dotkv.replication.route.UnackedWrites;
import io.dotkv.storage.Outcome;
import io.dotkv.storage.PeerLag;
import io.dotkv.storage.Storage;
import io.dotkv.storage.StorageDescription;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the own replicas equal to those of the peers, without anybody reading: pulls from each peer what this node
 * misses, when {@link PullSchedule} says so. The only mechanism by which writes reach a replica that did not take them
 * at once.
 *
 * <p>On the scheduler of the layer only, but for {@link #status}, which any thread may call.
 */
public final class Convergence {
    public static final long TICK_NANOS = 250_000_000;
    private static final long PATIENCE_NANOS = 2_000_000_000;

    /** A process that was away for so long has missed what came meanwhile, or has it in its sockets still. */
    private static final long AWAY_NANOS = 1_000_000_000;

    /** For so long a replica that has come back may lack writes, as far as others can tell. */
    private static final long RETURN_NANOS = 30_000_000_000L;

    private static final Logger LOG = LoggerFactory.getLogger(Convergence.class);

    private final Storage own;
    private final ReplicationPorts surroundings;
    private final Runnable onOwnForgot;
    private final Consumer<ReplicaClient> onLate;
    private final UnackedWrites lateDeltas = new UnackedWrites();
    private final PullSchedule schedule;
    private final PullRounds rounds = new PullRounds();
    private final Map<NodeId, Running> running = new TreeMap<>();
    private final Map<NodeId, PeerStatus> told = new TreeMap<>();
    private volatile List<PeerStatus> status = List.of();
    private volatile long lookedNanos;
    private @Nullable Topology topology;

    private static final class Running {
        private final Pull pull;
        private final PullRounds.Part part;
        private long progress;
        private long progressedNanos;

        private Running(Pull pull, PullRounds.Part part, long nowNanos) {
            this.pull = pull;
            this.part = part;
            this.progressedNanos = nowNanos;
        }
    }

    /**
     * Pulls into the own storage.
     *
     * @param onOwnForgot is told when that does not know who it is
     * @param onLate is told which replica did not confirm what was sent to it a second ago
     */
    public Convergence(
            Storage own, ReplicationPorts surroundings, Runnable onOwnForgot, Consumer<ReplicaClient> onLate) {
        this.own = own;
        this.surroundings = surroundings;
        this.onOwnForgot = onOwnForgot;
        this.onLate = onLate;
        this.schedule = new PullSchedule(
                surroundings.settings().pulls(), surroundings.random().fork());
    }

    /** The cluster is this now. */
    public void topology(Topology newer, NodeId self) {
        topology = newer;
        List<NodeId> peers = new ArrayList<>();
        for (ReplicaClient replica : newer.all()) {
            if (!replica.isOwn()
                    && !shared(newer.layout(), self, replica.node()).isEmpty()) {
                peers.add(replica.node());
            }
        }
        told.keySet().retainAll(peers);
        schedule.peers(peers, nowNanos());
        doubt();
    }

    /**
     * Whether the replica that is to coordinate a write of this partition may lack writes that were acknowledged:
     * because its node was away or cut off, and has not pulled from every peer that it can reach since. Any thread.
     *
     * @param coordinator the replica that is asked first
     */
    public boolean mayLag(Topology current, PartitionId partition, ReplicaClient coordinator) {
        long nowNanos = nowNanos();
        if (!coordinator.isOwn()) {
            return coordinator.unchangedForNanos(nowNanos) < RETURN_NANOS;
        }
        return nowNanos - lookedNanos > AWAY_NANOS || current.isAnyAhead(partition);
    }

    /** The own storage may have missed something: it has it again when it has pulled from all peers anew. */
    private void doubt() {
        Topology current = topology;
        if (current != null) {
            current.all().forEach(replica -> replica.pulled(false));
        }
        rounds.restart();
    }

    /** Notices that a peer was lost or has come back, and that this process was away. */
    private void look(Topology current) {
        long nowNanos = nowNanos();
        boolean wasAway = nowNanos - lookedNanos > AWAY_NANOS;
        lookedNanos = nowNanos;
        boolean changed = false;
        for (ReplicaClient replica : current.all()) {
            changed |= replica.look(nowNanos);
        }
        if (wasAway || changed) {
            doubt();
            schedule.demand(nowNanos);
        }
        if (schedule.peers().stream().anyMatch(node -> isUnheard(replica(current, node)))) {
            listen(current);
        }
    }

    private static boolean isUnheard(ReplicaClient peer) {
        return peer.isReachable() && !peer.isHeard();
    }

    /** Finds out which peers have pulled from the own storage. */
    private void listen(Topology current) {
        ReplicaClient.onEnd(
                own.describe(),
                outcome -> surroundings.scheduler().execute(() -> {
                    if (outcome instanceof Outcome.Done<StorageDescription>(StorageDescription told)) {
                        told.peers().forEach(lag -> heard(current, lag));
                    }
                }));
    }

    private void heard(Topology current, PeerLag lag) {
        long nowNanos = nowNanos();
        for (NodeId node : schedule.peers()) {
            ReplicaClient peer = replica(current, node);
            boolean isMeant = current.agreement().numberOf(node).equals(OptionalInt.of(lag.node()));
            if (isMeant && peer.heard(lag.reportedAgoNanos(), nowNanos)) {
                peer.pulled(false);
                rounds.restart();
                schedule.demand(nowNanos);
            }
        }
    }

    /** Begins the pulls that are due and gives up those that have stalled. Called every {@link #TICK_NANOS}. */
    public void tick() {
        Topology current = topology;
        if (current == null) {
            return;
        }
        look(current);
        giveUpStalled();
        lateDeltas.late(current.all(), nowNanos()).forEach(onLate);
        if (!own.isReachable()) {
            return;
        }
        for (NodeId node :
                schedule.begin(nowNanos(), node -> replica(current, node).isReachable())) {
            begin(current, node);
        }
    }

    /** The own replica has missed a write. */
    public void hint() {
        doubt();
        schedule.hint(nowNanos());
    }

    /** Pulls from every peer now. */
    public void demand() {
        doubt();
        schedule.demand(nowNanos());
        tick();
    }

    /** For each peer, what was last pulled from it. */
    public List<PeerStatus> status() {
        return status;
    }

    private void begin(Topology current, NodeId node) {
        NodeId self = current.all().getFirst().node();
        OptionalInt number = current.agreement().numberOf(self);
        if (number.isEmpty()) {
            // This node is a member no more, and about to stop.
            return;
        }
        Set<PartitionId> shared = shared(current.layout(), self, node);
        PullRounds.Part part = rounds.next(node, shared, busy(), schedule.reachable());
        if (part.partitions().isEmpty() && !shared.isEmpty()) {
            schedule.goOn(node, nowNanos());
            return;
        }
        Pull pull = new Pull(
                own,
                replica(current, node).storage(),
                ended -> surroundings.scheduler().execute(() -> ended(node, part, ended)));
        running.put(node, new Running(pull, part, nowNanos()));
        pull.start(current.placement(), number.getAsInt(), part.partitions());
    }

    /**
     * The partitions that something comes for; those of a pull from which nothing has come lately are not waited for.
     */
    private Set<PartitionId> busy() {
        Set<PartitionId> busy = new HashSet<>();
        for (Running one : running.values()) {
            if (nowNanos() - one.progressedNanos <= PATIENCE_NANOS) {
                busy.addAll(one.part.partitions());
            }
        }
        return busy;
    }

    private void ended(NodeId node, PullRounds.Part part, Pull.Ended ended) {
        running.remove(node);
        boolean failed = !ended.trouble().isEmpty();
        boolean isOver = rounds.ended(node, part, failed, !ended.allVote());
        Topology current = topology;
        if (current != null && part.round().isCurrent()) {
            replica(current, node).pulled(true);
        }
        if (isOver) {
            schedule.ended(node, part.round().isSoonAgain(), nowNanos());
        } else {
            schedule.goOn(node, nowNanos());
        }
        tell(node, ended, part.round().isComplete());
        if (ended.ownForgot()) {
            onOwnForgot.run();
        }
        if (!isOver) {
            tick();
        }
    }

    private void tell(NodeId node, Pull.Ended ended, boolean isComplete) {
        PeerStatus before = told.getOrDefault(node, new PeerStatus(node, OptionalLong.empty(), 0, 0, ""));
        boolean failed = !ended.trouble().isEmpty();
        if (failed && before.trouble().isEmpty()) {
            LOG.warn("Pulling from {} fails: {}. It is retried.", node, ended.trouble());
        } else if (isComplete && !before.trouble().isEmpty()) {
            LOG.info("Pulling from {} works again.", node);
        }
        if (ended.events() > 0) {
            LOG.info("Pulled {} missing events from {}.", ended.events(), node);
        }
        told.put(
                node,
                new PeerStatus(
                        node,
                        isComplete ? OptionalLong.of(nowNanos()) : before.lastPulledNanos(),
                        ended.events(),
                        before.eventsPulled() + ended.events(),
                        failed ? ended.trouble() : isComplete ? "" : before.trouble()));
        status = List.copyOf(told.values());
    }

    private void giveUpStalled() {
        long nowNanos = nowNanos();
        for (Running one : List.copyOf(running.values())) {
            long progress = one.pull.progress();
            if (progress != one.progress) {
                one.progress = progress;
                one.progressedNanos = nowNanos;
            } else if (nowNanos - one.progressedNanos
                    > surroundings.settings().pulls().stallNanos()) {
                one.pull.giveUp("no message for a long time");
            }
        }
    }

    private static Set<PartitionId> shared(Layout layout, NodeId self, NodeId peer) {
        Set<PartitionId> shared = new HashSet<>(layout.heldBy(self));
        shared.retainAll(layout.heldBy(peer));
        return shared;
    }

    private static ReplicaClient replica(Topology topology, NodeId node) {
        Optional<ReplicaClient> found = topology.all().stream()
                .filter(replica -> replica.node().equals(node))
                .findFirst();
        return found.orElseThrow();
    }

    private long nowNanos() {
        return surroundings.clock().monotonicNanos();
    }
}
