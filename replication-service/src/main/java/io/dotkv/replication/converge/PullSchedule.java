package io.dotkv.replication.converge;

import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.ports.RandomSource;
import io.dotkv.replication.ports.ReplicationSettings;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * When to pull from which peer. From each peer at most one pull runs at a time, and over all peers a bounded number. A
 * peer is due when it has become reachable, some time after the last pull from it, when there is a hint that something
 * is missing, and when somebody demands it. Every replica pulls; so a node that returns is brought up to date by its
 * own pulls, and what only it has reaches the others by theirs.
 *
 * <p>One thread at a time.
 */
final class PullSchedule {
    private final long intervalNanos;
    private final long catchUpIntervalNanos;
    private final int maxPulls;
    private final RandomSource random;
    private final Map<NodeId, Peer> peers = new TreeMap<>();

    PullSchedule(ReplicationSettings.Pulls settings, RandomSource random) {
        this.intervalNanos = settings.intervalNanos();
        this.catchUpIntervalNanos = settings.catchUpIntervalNanos();
        this.maxPulls = settings.max();
        this.random = random;
    }

    private static final class Peer {
        private boolean reachable;
        private boolean pulling;
        private boolean again;
        private long dueNanos;

        private Peer(long dueNanos) {
            this.dueNanos = dueNanos;
        }
    }

    /** Sets which peers there are; new ones are due at once. */
    void peers(Collection<NodeId> nodes, long nowNanos) {
        peers.keySet().retainAll(nodes);
        for (NodeId node : nodes) {
            peers.computeIfAbsent(node, unknown -> new Peer(nowNanos));
        }
    }

    /** The peers to begin a pull from now. */
    List<NodeId> begin(long nowNanos, Predicate<NodeId> isReachable) {
        int free = maxPulls;
        for (Peer peer : peers.values()) {
            free -= peer.pulling ? 1 : 0;
        }
        List<NodeId> begun = new ArrayList<>();
        for (Map.Entry<NodeId, Peer> entry : peers.entrySet()) {
            Peer peer = entry.getValue();
            boolean reachable = isReachable.test(entry.getKey());
            if (reachable && !peer.reachable) {
                peer.dueNanos = nowNanos;
            }
            peer.reachable = reachable;
            if (reachable && !peer.pulling && peer.dueNanos - nowNanos <= 0 && free > 0) {
                peer.pulling = true;
                free--;
                begun.add(entry.getKey());
            }
        }
        return begun;
    }

    /** A pull has ended; the next one follows sooner when this one failed or this node has still to catch up. */
    void ended(NodeId node, boolean soonAgain, long nowNanos) {
        Peer peer = peers.get(node);
        if (peer != null) {
            peer.pulling = false;
            peer.dueNanos =
                    peer.again ? nowNanos : nowNanos + jittered(soonAgain ? catchUpIntervalNanos : intervalNanos);
            peer.again = false;
        }
    }

    /** No pull has begun after all, or one has ended and another is to follow: the peer is due. */
    void goOn(NodeId node, long nowNanos) {
        Peer peer = peers.get(node);
        if (peer != null) {
            peer.pulling = false;
            peer.again = false;
            peer.dueNanos = nowNanos;
        }
    }

    /** The peers that there are. */
    List<NodeId> peers() {
        return List.copyOf(peers.keySet());
    }

    /** How many peers can be pulled from. */
    int reachable() {
        int count = 0;
        for (Peer peer : peers.values()) {
            count += peer.reachable ? 1 : 0;
        }
        return count;
    }

    /** Something may be missing here: every peer is due soon. */
    void hint(long nowNanos) {
        for (Peer peer : peers.values()) {
            long soonNanos = nowNanos + catchUpIntervalNanos;
            peer.dueNanos = soonNanos - peer.dueNanos < 0 ? soonNanos : peer.dueNanos;
        }
    }

    /**
     * Somebody wants all that there is: every peer is due now, and one that is being pulled from once more when that
     * has ended.
     */
    void demand(long nowNanos) {
        for (Peer peer : peers.values()) {
            peer.dueNanos = nowNanos;
            peer.again = peer.pulling;
        }
    }

    /** Between three quarters of the interval and five quarters. */
    private long jittered(long nanos) {
        int halfMicros = Math.clamp(nanos / 2000, 1, Integer.MAX_VALUE);
        return nanos - nanos / 4 + random.nextInt(halfMicros) * 1000L;
    }
}
