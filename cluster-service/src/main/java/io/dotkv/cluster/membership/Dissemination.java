package io.dotkv.cluster.membership;

import io.dotkv.cluster.Health;
import io.dotkv.cluster.Member;
import io.dotkv.cluster.Now;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.ports.RandomSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Decides which member records to publish to gossip beside one's own and one's own judgements. Gossip keeps the last
 * publication about a subject, and several nodes publish about the same member, so the last one need not be the best
 * one. Whoever stands behind a record that is better than what gossip delivered, as its subject, its author or one of
 * its accusers, publishes it again at once. All others wait for that, for longer than news takes to spread, and only
 * then do it themselves; so a correction is made by a few and not by all. One thread.
 */
public final class Dissemination {
    private static final long SHORTEST_PAUSE_NANOS = 2_000_000_000L;
    private static final long SPREAD_NANOS = 4_000_000_000L;
    private static final int MAX_CORRECTIONS_PER_TICK = 16;

    private final NodeId self;
    private final RandomSource random;
    private final Map<NodeId, Member> gossiped = new HashMap<>();
    private final Map<NodeId, Long> correctionDueNanos = new TreeMap<>();

    public Dissemination(NodeId self, RandomSource random) {
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
        if (known.isNewsTo(delivered)) {
            if (standsBehind(known)) {
                correctionDueNanos.put(known.node(), now.nanos());
            } else {
                correctLater(known, now);
            }
        }
    }

    private boolean standsBehind(Member record) {
        return record.node().equals(self)
                || record.noticedBy().equals(self.name())
                || record.accusers().contains(self);
    }

    /** Whether this node stands behind an accusation that has turned out to be wrong. */
    boolean isRetraction(MemberTable.Change change) {
        return change.after().health() == Health.ALIVE
                && change.before()
                        .filter(before -> before.health() != Health.ALIVE && standsBehind(before))
                        .isPresent();
    }

    /** Publishes what is known of the member by then, unless gossip delivers it meanwhile. */
    void correctLater(Member known, Now now) {
        if (!correctionDueNanos.containsKey(known.node())) {
            long pauseNanos = SHORTEST_PAUSE_NANOS + Long.remainderUnsigned(random.nextLong(), SPREAD_NANOS);
            correctionDueNanos.put(known.node(), now.nanos() + pauseNanos);
        }
    }

    void forget(NodeId node) {
        gossiped.remove(node);
        correctionDueNanos.remove(node);
    }

    /** The records to publish now. */
    List<Member> tick(MemberTable table, Now now) {
        List<Member> corrections = new ArrayList<>();
        Iterator<Map.Entry<NodeId, Long>> due = correctionDueNanos.entrySet().iterator();
        while (due.hasNext() && corrections.size() < MAX_CORRECTIONS_PER_TICK) {
            Map.Entry<NodeId, Long> entry = due.next();
            if (entry.getValue() <= now.nanos()) {
                table.get(entry.getKey()).filter(this::isUnheard).ifPresent(corrections::add);
                due.remove();
            }
        }
        return corrections;
    }
}
