package io.dotkv.cluster.membership;

import io.dotkv.cluster.ClusterPeer;
import io.dotkv.cluster.Health;
import io.dotkv.cluster.Member;
import io.dotkv.cluster.Now;
import io.dotkv.kernel.NodeId;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Forgets the dead. The rule:
 *
 * <ol>
 * <li>A dead or departed member stays in the table for the time to forget (by default a day), so that it can refute, be
 *   found by its old address, and explain itself to people. A member of the cluster stays until it is agreed that it is
 *   one no more. <li>Then it is taken out of the table, and for the same time again its tombstone remembers its
 *   incarnation. What others still say of that incarnation or an older one is not taken in, so nobody who learned of
 *   the death up to that time later brings it back. Nobody takes in the death of a member that it does not know.
 *   <li>Only the member itself replaces its tombstone: it speaks, is told that it was dead, and refutes with a higher
 *   incarnation.
 * </ol>
 *
 * <p>An older record that comes up after both times, from a node that was cut off so long, is a member that does not
 * answer probes, and dead again within seconds. Times are monotonic and begin anew with the process. Bounded by the
 * table; one thread.
 */
final class Tombstones {
    private static final long ROUND_NANOS = 1_000_000_000;

    private final long forgetNanos;
    private final Map<NodeId, Long> deadSinceNanos = new TreeMap<>();
    private final Map<NodeId, Tombstone> tombstones = new TreeMap<>();
    private long nextRoundNanos;

    private record Tombstone(long incarnation, long sinceNanos) {}

    Tombstones(long forgetNanos) {
        this.forgetNanos = forgetNanos;
    }

    /** Takes those out of the table whose time has come, and gives them. */
    List<NodeId> tick(MemberTable table, Now now) {
        if (now.nanos() < nextRoundNanos) {
            return List.of();
        }
        nextRoundNanos = now.nanos() + ROUND_NANOS;
        tombstones.values().removeIf(tombstone -> now.nanos() - tombstone.sinceNanos >= forgetNanos);
        List<Member> dead = table.gone().stream()
                .filter(member -> !table.isKept(member.node()))
                .toList();
        deadSinceNanos
                .keySet()
                .removeIf(node -> table.get(node).map(Member::isLive).orElse(true));
        List<Member> toForget =
                dead.stream().filter(member -> isOld(member, now)).toList();
        toForget.forEach(member -> forget(table, member, now));
        return toForget.stream().map(Member::node).toList();
    }

    private boolean isOld(Member dead, Now now) {
        Long since = deadSinceNanos.putIfAbsent(dead.node(), now.nanos());
        return since != null && now.nanos() - since >= forgetNanos;
    }

    private void forget(MemberTable table, Member dead, Now now) {
        table.remove(dead.node());
        deadSinceNanos.remove(dead.node());
        if (tombstones.size() >= ClusterPeer.Knowledge.MAX_MEMBERS) {
            Iterator<NodeId> any = tombstones.keySet().iterator();
            any.next();
            any.remove();
        }
        tombstones.put(dead.node(), new Tombstone(dead.incarnation(), now.nanos()));
    }

    /**
     * What to believe of a member that is not in the table; nothing when it is better forgotten.
     *
     * @param bySelf whether the member itself says it
     */
    Optional<Member> admit(Member unknown, boolean bySelf, MemberTable table) {
        Tombstone tombstone = tombstones.get(unknown.node());
        if (tombstone != null && unknown.incarnation() <= tombstone.incarnation) {
            return bySelf ? Optional.of(replace(unknown, tombstone)) : Optional.empty();
        }
        boolean isWorthKnowing = unknown.isLive() || table.isKept(unknown.node());
        return isWorthKnowing ? Optional.of(unknown) : Optional.empty();
    }

    /* Dead as it was remembered, so that it is told and refutes. */
    private Member replace(Member returned, Tombstone tombstone) {
        tombstones.remove(returned.node());
        return returned.withIncarnation(tombstone.incarnation, returned.reason())
                .withHealth(Health.DEAD, returned.node(), "was forgotten");
    }
}
