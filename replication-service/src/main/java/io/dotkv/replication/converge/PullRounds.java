package io.dotkv.replication.converge;

import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.PartitionId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which partitions to pull from which peer next, so that no two peers send the same: what one has brought, the others
 * need not bring any more. A round with a peer is about all partitions that it holds, too, in as many parts as there
 * are peers to pull from; a part has no partition that is being pulled from another.
 *
 * <p>One thread at a time.
 */
final class PullRounds {
    private final Map<NodeId, Round> rounds = new TreeMap<>();
    private final Map<NodeId, PartitionId> last = new TreeMap<>();

    /** The partitions of a round that are still to come, and how it went. */
    static final class Round {
        private final NavigableSet<PartitionId> left;
        private boolean failed;
        private boolean catchesUp;
        private boolean outdated;

        private Round(Set<PartitionId> shared) {
            left = new TreeSet<>(shared);
        }

        /** All partitions were pulled, and nothing went wrong. */
        boolean isComplete() {
            return left.isEmpty() && !failed;
        }

        /** All partitions were pulled since the rounds began anew. */
        boolean isCurrent() {
            return isComplete() && !outdated;
        }

        /** Whether the peer is due again soon, and not after the usual time. */
        boolean isSoonAgain() {
            return failed || catchesUp;
        }
    }

    /**
     * One pull of a round.
     *
     * @param partitions which it is about; none when all that is left is being pulled from other peers
     */
    record Part(Round round, Set<PartitionId> partitions) {}

    /**
     * The next part of the round with a peer, which begins when none is under way. It goes on behind the last partition
     * that the peer was asked for, also when rounds begin anew again and again: so each has its turn.
     *
     * @param shared the partitions that both hold
     * @param busy those that are being pulled from others
     * @param parts how many there are in a round
     */
    Part next(NodeId peer, Set<PartitionId> shared, Set<PartitionId> busy, int parts) {
        Round round = rounds.computeIfAbsent(peer, unknown -> new Round(shared));
        int most = Math.ceilDiv(shared.size(), Math.max(1, parts));
        List<PartitionId> inTurn = new ArrayList<>(round.left);
        PartitionId before = last.get(peer);
        if (before != null) {
            Collections.rotate(inTurn, -round.left.headSet(before, true).size());
        }
        Set<PartitionId> partitions = new TreeSet<>();
        for (PartitionId partition : inTurn) {
            if (partitions.size() < most && !busy.contains(partition)) {
                partitions.add(partition);
                last.put(peer, partition);
            }
        }
        return new Part(round, partitions);
    }

    /**
     * A part has ended; whether the peer is due again after some time only. So when the round has ended, and when
     * something went wrong: what is left of the round then follows soon, and the partitions that went wrong come in the
     * next.
     *
     * @param failed whether it went wrong
     * @param catchesUp whether this node has still to catch up
     */
    boolean ended(NodeId peer, Part part, boolean failed, boolean catchesUp) {
        Round round = part.round;
        round.left.removeAll(part.partitions);
        round.failed |= failed;
        round.catchesUp |= catchesUp;
        if (round.left.isEmpty()) {
            rounds.remove(peer, round);
        }
        return failed || round.left.isEmpty();
    }

    /** All rounds begin anew; what is being pulled now counts for none. */
    void restart() {
        rounds.values().forEach(round -> round.outdated = true);
        rounds.clear();
    }
}
