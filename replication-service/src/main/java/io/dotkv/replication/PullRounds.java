package io.dotkv.replication;

import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.PartitionId;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which partitions to pull from which peer next, so that no two peers send the same: what one has brought, the others need
 * not bring any more. A round with a peer is about all partitions that it holds, too, in as many parts as there are peers to pull
 * from; a part has no partition that is being pulled from another.
 *
 * <p>One thread at a time.
 */
final class PullRounds {
    private final Map<NodeId, Round> rounds = new TreeMap<>();

    /** The partitions of a round that are still to come, and whether the next round is to follow soon. */
    static final class Round {
        private final Set<PartitionId> left;
        private boolean soonAgain;

        private Round(Set<PartitionId> shared) {
            left = new TreeSet<>(shared);
        }
    }

    /**
     * One pull of a round.
     *
     * @param partitions which it is about; none when all that is left is being pulled from other peers
     */
    record Part(Round round, Set<PartitionId> partitions) {}

    /**
     * The next part of the round with a peer, which begins when none is under way.
     *
     * @param shared the partitions that both hold
     * @param busy those that are being pulled from others
     * @param parts how many there are in a round
     */
    Part next(NodeId peer, Set<PartitionId> shared, Set<PartitionId> busy, int parts) {
        Round round = rounds.computeIfAbsent(peer, unknown -> new Round(shared));
        int most = Math.ceilDiv(shared.size(), Math.max(1, parts));
        Set<PartitionId> partitions = new TreeSet<>();
        Iterator<PartitionId> left = round.left.iterator();
        while (left.hasNext() && partitions.size() < most) {
            PartitionId partition = left.next();
            if (!busy.contains(partition)) {
                partitions.add(partition);
            }
        }
        return new Part(round, partitions);
    }

    /**
     * A part has ended; whether with it the round has, so that the peer is due again after some time. A round ends early when
     * something went wrong.
     *
     * @param failed whether it went wrong
     * @param soonAgain whether this node has still to catch up
     */
    boolean ended(NodeId peer, Part part, boolean failed, boolean soonAgain) {
        Round round = part.round;
        round.left.removeAll(part.partitions);
        round.soonAgain |= failed || soonAgain;
        boolean isOver = failed || round.left.isEmpty();
        if (isOver) {
            rounds.remove(peer, round);
        }
        return isOver;
    }

    /** Whether the next round is to follow soon. */
    static boolean isSoonAgain(Part part) {
        return part.round.soonAgain;
    }

    /** All rounds begin anew; what is being pulled now counts for none. */
    void restart() {
        rounds.clear();
    }
}
