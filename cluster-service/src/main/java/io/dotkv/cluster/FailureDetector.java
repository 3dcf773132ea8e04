package io.dotkv.cluster;

import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.RandomSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who does not answer. Every interval one member is probed, each once in a shuffled round; when it does not
 * answer, helpers are asked to probe it; when none of them reaches it, it is suspected; when it does not refute in time,
 * it is declared dead. Says whom to probe and what to believe; the records themselves belong to the caller.
 *
 * <p>Source: A. Das, I. Gupta, A. Motivala, <i>SWIM: Scalable Weakly-consistent Infection-style Process Group Membership
 * Protocol</i>, DSN 2002, sections 3 and 4. Departures: suspects are probed again at every probe timeout, with what is
 * believed of them, so that a live one hears of the suspicion at once; and suspicions do not expire by time that this node
 * itself has slept through. One thread.
 */
final class FailureDetector {
    private static final int MAX_SUSPECTS_PROBED_PER_TICK = 8;

    private final ClusterSettings settings;
    private final RandomSource random;
    private final List<NodeId> round = new ArrayList<>();
    private final Map<NodeId, Suspicion> suspicions = new TreeMap<>();
    private final Map<NodeId, IndirectProbing> indirect = new HashMap<>();
    private long nextProbeNanos;
    private @Nullable Long lastTickNanos;

    FailureDetector(ClusterSettings settings, RandomSource random) {
        this.settings = settings;
        this.random = random;
    }

    /** What a look at the time leads to. */
    record Due(List<Member> toProbe, List<Member> expired) {}

    private static final class Suspicion {
        private final long incarnation;
        private long deadlineNanos;
        private long nextProbeNanos;

        private Suspicion(long incarnation, long deadlineNanos, long nextProbeNanos) {
            this.incarnation = incarnation;
            this.deadlineNanos = deadlineNanos;
            this.nextProbeNanos = nextProbeNanos;
        }
    }

    private record IndirectProbing(Member target, int outstanding) {}

    /** Whom to probe now, and which suspects had their time. */
    Due tick(MemberTable table, Now now) {
        forgiveSleep(now);
        List<Member> toProbe = new ArrayList<>();
        List<Member> live = table.liveOthers(settings.self());
        if (now.nanos() >= nextProbeNanos) {
            nextProbeNanos = now.nanos() + settings.probeIntervalNanos();
            nextInRound(live, table).ifPresent(toProbe::add);
        }
        return new Due(toProbe, judgeSuspects(live, toProbe, now));
    }

    private void forgiveSleep(Now now) {
        if (lastTickNanos != null) {
            long sleptNanos = now.nanos() - lastTickNanos - settings.tickNanos();
            if (sleptNanos > 2 * settings.tickNanos()) {
                suspicions.values().forEach(suspicion -> suspicion.deadlineNanos += sleptNanos);
            }
        }
        lastTickNanos = now.nanos();
    }

    private Optional<Member> nextInRound(List<Member> live, MemberTable table) {
        while (!live.isEmpty()) {
            if (round.isEmpty()) {
                round.addAll(Randomly.choose(live.stream().map(Member::node).toList(), live.size(), random));
            }
            Optional<Member> next = table.get(round.removeLast()).filter(Member::isLive);
            if (next.isPresent()) {
                return next;
            }
        }
        return Optional.empty();
    }

    private List<Member> judgeSuspects(List<Member> live, List<Member> toProbe, Now now) {
        Map<NodeId, Suspicion> before = Map.copyOf(suspicions);
        suspicions.clear();
        List<Member> expired = new ArrayList<>();
        int probed = 0;
        for (Member member : live) {
            if (member.health() != Health.SUSPECT) {
                continue;
            }
            Suspicion suspicion = before.get(member.node());
            if (suspicion == null || suspicion.incarnation != member.incarnation()) {
                suspicion =
                        new Suspicion(member.incarnation(), now.nanos() + suspicionNanos(live.size() + 1), now.nanos());
            }
            suspicions.put(member.node(), suspicion);
            if (now.nanos() >= suspicion.deadlineNanos) {
                expired.add(member);
            } else if (now.nanos() >= suspicion.nextProbeNanos && probed < MAX_SUSPECTS_PROBED_PER_TICK) {
                suspicion.nextProbeNanos = now.nanos() + settings.probeTimeoutNanos();
                probed++;
                toProbe.add(member);
            }
        }
        return expired;
    }

    private long suspicionNanos(int clusterSize) {
        double log2 = Math.log(clusterSize + 1.0) / Math.log(2);
        return (long) (settings.suspicionNanos() * Math.max(1, log2 / 2));
    }

    /** Whether helpers are probing the target at this moment. */
    boolean isAskingAbout(NodeId target) {
        return indirect.containsKey(target);
    }

    /** A probe of the target was not answered: whom to ask for help, as far as there is anybody. */
    List<Member> helpersFor(Member target, MemberTable table) {
        List<Member> candidates = table.othersWith(Health.ALIVE, settings.self()).stream()
                .filter(member -> !member.node().equals(target.node()))
                .toList();
        List<Member> helpers = Randomly.choose(candidates, settings.helpers(), random);
        if (!helpers.isEmpty()) {
            indirect.put(target.node(), new IndirectProbing(target, helpers.size()));
        }
        return helpers;
    }

    /** The target answered, to this node or to a helper. */
    void answered(NodeId target) {
        indirect.remove(target);
    }

    /** A helper could not reach the target; true when it was the last of them, and none did. */
    boolean helperFailed(Member target) {
        IndirectProbing probing = indirect.get(target.node());
        if (probing == null || probing.target.incarnation() != target.incarnation()) {
            return false;
        }
        if (probing.outstanding > 1) {
            indirect.put(target.node(), new IndirectProbing(probing.target, probing.outstanding - 1));
            return false;
        }
        indirect.remove(target.node());
        return true;
    }
}
