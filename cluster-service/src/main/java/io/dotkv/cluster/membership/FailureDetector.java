package io.dotkv.cluster.membership;

import io.dotkv.cluster.ClusterSettings;
import io.dotkv.cluster.Health;
import io.dotkv.cluster.Member;
import io.dotkv.cluster.Now;
import io.dotkv.cluster.RandomChoice;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.ports.RandomSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Finds out who does not answer. Every interval one member is probed, each once in a shuffled round; when it does not
 * answer, helpers are asked to probe it; when none of them reaches it, it is suspected; when it does not refute in
 * time, it is declared dead. Says whom to probe and what to believe; the records themselves belong to the caller.
 *
 * <p>Source: A. Das, I. Gupta, A. Motivala, <i>SWIM: Scalable Weakly-consistent Infection-style Process Group
 * Membership Protocol</i>, DSN 2002, sections 3 and 4, and Lifeguard (see {@link LocalHealth}, {@link Suspicion}).
 * Departures, all of them part of what {@link ClusterSettings.Lifeguard} turns on:
 *
 * <ul>
 * <li>A suspicion has watchers: its accusers, and of those who hear of it a few by lot. They probe the suspect at every
 * probe timeout with what is believed of it, so that a live one hears at once, and confirmations of a dead one do not
 * wait for its turn in anybody's round. <li>What this node has slept through, no matter why, is evidence against
 * nobody: probes and suspicions of that time do not count, and it asks around what is believed of itself.
 * </ul>
 *
 * <p>One thread. A tick costs O(suspects).
 */
public final class FailureDetector {
    private static final int MAX_SUSPECTS_PROBED_PER_TICK = 8;
    private static final int WATCHERS = 6;
    private static final int ASKED_AFTER_SLEEP = 3;

    /* More than once, because the time that is left to refute may be short and messages get lost. */
    private static final int TICKS_OF_ASKING = 4;

    private final ClusterSettings settings;
    private final LocalHealth localHealth;
    private final RandomSource random;
    private final List<NodeId> round = new ArrayList<>();
    private final Map<NodeId, Watch> watches = new TreeMap<>();
    private final Map<NodeId, IndirectProbing> indirect = new HashMap<>();
    private long nextProbeNanos;
    private long lastTickNanos = Long.MIN_VALUE;
    private long awakeSinceNanos = Long.MIN_VALUE;
    private int ticksToAskAround;

    public FailureDetector(ClusterSettings settings, LocalHealth localHealth, RandomSource random) {
        this.settings = settings;
        this.localHealth = localHealth;
        this.random = random;
    }

    LocalHealth localHealth() {
        return localHealth;
    }

    /** What a look at the time leads to. */
    record Due(List<Member> toProbe, List<Member> expired) {}

    private record Watch(Suspicion suspicion, boolean byLot) {}

    private record IndirectProbing(Member target, int outstanding, int unheard, long startNanos) {}

    /** Whom to probe now, and which suspects had their time. */
    Due tick(MemberTable table, Now now) {
        noticeSleep(now);
        lastTickNanos = now.nanos();
        List<Member> toProbe = new ArrayList<>();
        List<Member> live = table.liveOthers();
        if (now.nanos() >= nextProbeNanos) {
            nextProbeNanos = now.nanos() + settings.probeIntervalNanos() * localHealth.multiplier();
            nextInRound(live, table).ifPresent(toProbe::add);
        }
        if (ticksToAskAround > 0) {
            ticksToAskAround--;
            toProbe.addAll(RandomChoice.choose(table.aliveOthers(), ASKED_AFTER_SLEEP, random));
        }
        List<Member> expired = judgeSuspects(table, toProbe, now);
        return new Due(toProbe, expired);
    }

    private void noticeSleep(Now now) {
        long sleptNanos = now.nanos() - lastTickNanos - settings.tickNanos();
        boolean hasSlept = lastTickNanos != Long.MIN_VALUE && sleptNanos > 2 * settings.tickNanos();
        if (!hasSlept || !settings.lifeguard().isOn()) {
            return;
        }
        watches.values().forEach(watch -> watch.suspicion.sleptThrough(sleptNanos));
        lastTickNanos = now.nanos();
        awakeSinceNanos = now.nanos();
        if (sleptNanos > settings.probeTimeoutNanos()) {
            ticksToAskAround = TICKS_OF_ASKING;
        }
        localHealth.failed();
    }

    private Optional<Member> nextInRound(List<Member> live, MemberTable table) {
        while (!live.isEmpty()) {
            if (round.isEmpty()) {
                round.addAll(RandomChoice.choose(live.stream().map(Member::node).toList(), live.size(), random));
            }
            Optional<Member> next = table.get(round.removeLast()).filter(Member::isLive);
            if (next.isPresent()) {
                return next;
            }
        }
        return Optional.empty();
    }

    private List<Member> judgeSuspects(MemberTable table, List<Member> toProbe, Now now) {
        List<Member> suspects = table.suspects();
        watches.keySet()
                .removeIf(node -> !table.get(node)
                        .map(member -> member.health() == Health.SUSPECT)
                        .orElse(false));
        List<Member> expired = new ArrayList<>();
        int probed = 0;
        for (Member suspect : suspects) {
            Watch watch = watchOf(suspect, table.liveOthers().size(), now);
            watch.suspicion.confirmedBy(suspect.accusers().size() - 1);
            boolean watches = watch.byLot || suspect.accusers().contains(settings.self());
            if (watch.suspicion.isOver(now.nanos())) {
                expired.add(suspect);
            } else if (watches
                    && settings.lifeguard().isOn()
                    && probed < MAX_SUSPECTS_PROBED_PER_TICK
                    && watch.suspicion.isProbeDue(now.nanos(), probeTimeoutNanos())) {
                probed++;
                toProbe.add(suspect);
            }
        }
        return expired;
    }

    private Watch watchOf(Member suspect, int liveOthers, Now now) {
        Watch known = watches.get(suspect.node());
        if (known != null && known.suspicion.isOf(suspect)) {
            return known;
        }
        int confirmers = liveOthers - 1;
        int expected = confirmers < settings.lifeguard().confirmations()
                ? 0
                : settings.lifeguard().confirmations();
        long minNanos = suspicionNanos(liveOthers + 1);
        long maxNanos = minNanos * settings.lifeguard().suspicionFactor();
        Watch watch = new Watch(
                new Suspicion(suspect.incarnation(), minNanos, maxNanos, expected, now.nanos()),
                random.nextInt(Math.max(1, confirmers)) < WATCHERS);
        watches.put(suspect.node(), watch);
        return watch;
    }

    private long suspicionNanos(int clusterSize) {
        double log2 = Math.log(clusterSize + 1.0) / Math.log(2);
        return (long) (settings.suspicionNanos() * Math.max(1, log2 / 2));
    }

    /** How long a probe waits for its answer, as this node is now. */
    long probeTimeoutNanos() {
        return settings.probeTimeoutNanos() * localHealth.multiplier();
    }

    /**
     * How long a helper's probe waits: less, since it is one of several, and time that is saved here is left to the
     * suspect.
     */
    long helperTimeoutNanos() {
        return probeTimeoutNanos() * 3 / 5;
    }

    /** The target answered this node. */
    void answered(NodeId target) {
        localHealth.succeeded();
        indirect.remove(target);
    }

    /** The target answered a helper. */
    void answeredHelper(NodeId target) {
        indirect.remove(target);
    }

    /**
     * A probe of the target was not answered. Whether that is to be looked into: not when this node was asleep
     * meanwhile, and not when helpers are being asked already.
     */
    boolean isToBeLookedInto(NodeId target, long sentNanos, Now now) {
        noticeSleep(now);
        return sentNanos >= awakeSinceNanos && !indirect.containsKey(target);
    }

    /** Whom to ask for help with the target, as far as there is anybody. */
    List<Member> helpersFor(Member target, MemberTable table, Now now) {
        boolean isAnybodyElseAlive =
                table.aliveOthers().stream().anyMatch(member -> !member.node().equals(target.node()));
        // A suspect may still help; without any helper one lost probe would be enough to accuse.
        List<Member> candidates = isAnybodyElseAlive ? table.aliveOthers() : table.liveOthers();
        List<Member> helpers = new ArrayList<>(RandomChoice.choose(candidates, settings.helpers() + 1, random));
        helpers.removeIf(helper -> helper.node().equals(target.node()));
        if (helpers.size() > settings.helpers()) {
            helpers.removeLast();
        }
        if (helpers.isEmpty()) {
            localHealth.failed();
        } else {
            indirect.put(target.node(), new IndirectProbing(target, helpers.size(), 0, now.nanos()));
        }
        return helpers;
    }

    /**
     * A helper did not reach the target; true when it was the last of them, none did, and this node was awake all the
     * while.
     *
     * @param said whether the helper said so itself; a helper that is silent is a sign that this node is cut off or
     *     slow
     */
    boolean helperFailed(Member target, boolean said, Now now) {
        noticeSleep(now);
        IndirectProbing probing = indirect.get(target.node());
        if (probing == null || probing.target.incarnation() != target.incarnation()) {
            return false;
        }
        int unheard = probing.unheard + (said ? 0 : 1);
        if (probing.outstanding > 1) {
            indirect.put(
                    target.node(),
                    new IndirectProbing(probing.target, probing.outstanding - 1, unheard, probing.startNanos));
            return false;
        }
        indirect.remove(target.node());
        localHealth.unheardHelpers(unheard);
        return probing.startNanos >= awakeSinceNanos;
    }
}
