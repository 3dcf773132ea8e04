package io.dotkv.cluster;

import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.RandomSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Decides which member records to publish to gossip. Gossip keeps the last publication about a subject, and several nodes
 * publish about the same member, so the last one need not be the best one: whoever knows better than what gossip delivered
 * publishes it again, after a random pause during which somebody else may have done so. One thread.
 */
final class News {
    private static final long LONGEST_PAUSE_NANOS = 1_000_000_000;

    private final NodeId self;
    private final RandomSource random;
    private final Map<NodeId, Member> gossiped = new HashMap<>();
    private final Map<NodeId, Long> correctionDueNanos = new TreeMap<>();

    News(NodeId self, RandomSource random) {
        this.self = self;
        this.random = random;
    }

    /** This record is what gossip says of the member now. */
    void heard(Member delivered) {
        gossiped.put(delivered.node(), delivered);
    }

    /** Whether the record says more than what gossip says of the member. */
    boolean isUnheard(Member record) {
        Member delivered = gossiped.get(record.node());
        return delivered == null || record.isNewsTo(delivered);
    }

    /** Looks whether what gossip delivered is worse than what is known; the correction follows by {@link #tick}. */
    void compare(Member delivered, Member known, Now now) {
        if (known.isNewsTo(delivered) && !correctionDueNanos.containsKey(known.node())) {
            long pauseNanos =
                    known.node().equals(self) ? 0 : Long.remainderUnsigned(random.nextLong(), LONGEST_PAUSE_NANOS);
            correctionDueNanos.put(known.node(), now.nanos() + pauseNanos);
        }
    }

    /** The records to publish now. */
    List<Member> tick(MemberTable table, Now now) {
        List<Member> corrections = new ArrayList<>();
        correctionDueNanos.entrySet().removeIf(entry -> {
            if (entry.getValue() > now.nanos()) {
                return false;
            }
            table.get(entry.getKey()).filter(this::isUnheard).ifPresent(corrections::add);
            return true;
        });
        return corrections;
    }
}
