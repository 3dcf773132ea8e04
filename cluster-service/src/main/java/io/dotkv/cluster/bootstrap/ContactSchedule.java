package io.dotkv.cluster.bootstrap;

import io.dotkv.cluster.ClusterSettings;
import io.dotkv.cluster.Health;
import io.dotkv.cluster.Member;
import io.dotkv.cluster.Now;
import io.dotkv.cluster.RandomChoice;
import io.dotkv.cluster.membership.MemberTable;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.ports.RandomSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Decides with whom to exchange state, and when: with all seeds and known members until the first answers (for ever,
 * with growing pauses), then with a random live member whose state was different for longer than news takes to spread,
 * and with seeds and members that were not reached, so that the halves of a healed network find each other. One thread.
 */
final class ContactSchedule {
    private static final long FIRST_PAUSE_NANOS = 200_000_000;
    private static final long LONGEST_PAUSE_NANOS = 3_000_000_000L;
    private static final long FORMING_INTERVAL_NANOS = 1_000_000_000;
    private static final long SPREAD_NANOS = 1_000_000_000;
    private static final long SPREAD_NANOS_PER_DOUBLING = 300_000_000;
    private static final int MEMBERS_PER_JOIN = 8;
    private static final int SEEDS_PER_JOIN = 16;

    private final ClusterSettings settings;
    private final RandomSource random;
    private final Map<String, Set<NodeId>> answeredAt = new HashMap<>();
    private final Set<String> underWay = new HashSet<>();
    private boolean joined;
    private long pauseNanos = FIRST_PAUSE_NANOS;
    private long nextJoinNanos;
    private long nextReconnectNanos;
    private long nextExchangeNanos;
    private long differentSinceNanos;
    private @Nullable String different;

    ContactSchedule(ClusterSettings settings, RandomSource random) {
        this.settings = settings;
        this.random = random;
    }

    /** Where to go now. */
    record Destinations(List<String> seeds, List<String> addresses) {
        boolean isEmpty() {
            return seeds.isEmpty() && addresses.isEmpty();
        }
    }

    Destinations tick(MemberTable table, boolean formed, Now now) {
        Set<String> seeds = new TreeSet<>();
        Set<String> addresses = new TreeSet<>();
        if (!joined) {
            join(table, seeds, addresses, now);
        } else {
            reconnect(table, seeds, addresses, formed, now);
            exchange(table, addresses, formed, now);
        }
        addresses.removeAll(underWay);
        addresses.remove("");
        addresses.remove(settings.address());
        seeds.removeAll(underWay);
        underWay.addAll(addresses);
        underWay.addAll(seeds);
        return new Destinations(List.copyOf(seeds), List.copyOf(addresses));
    }

    private void join(MemberTable table, Set<String> seeds, Set<String> addresses, Now now) {
        if (now.nanos() < nextJoinNanos) {
            return;
        }
        nextJoinNanos = now.nanos() + RandomChoice.around(pauseNanos, random);
        pauseNanos = Math.min(LONGEST_PAUSE_NANOS, pauseNanos * 3 / 2);
        seeds.addAll(RandomChoice.choose(settings.seeds(), SEEDS_PER_JOIN, random));
        List<Member> known = table.all().stream()
                .filter(member -> member.health() != Health.LEFT)
                .toList();
        RandomChoice.choose(known, MEMBERS_PER_JOIN, random).forEach(member -> addresses.add(member.clusterAddress()));
    }

    private void reconnect(MemberTable table, Set<String> seeds, Set<String> addresses, boolean formed, Now now) {
        if (now.nanos() < nextReconnectNanos) {
            return;
        }
        long averageNanos = formed ? settings.reconnectNanos() : FORMING_INTERVAL_NANOS;
        nextReconnectNanos = now.nanos() + RandomChoice.around(averageNanos, random);
        List<String> unmetSeeds =
                settings.seeds().stream().filter(seed -> isUnmet(seed, table)).toList();
        seeds.addAll(RandomChoice.choose(unmetSeeds, formed ? 1 : SEEDS_PER_JOIN, random));
        List<Member> dead = table.gone().stream()
                .filter(member ->
                        member.health() == Health.DEAD && !member.node().equals(settings.self()))
                .toList();
        RandomChoice.choose(dead, 1, random).forEach(member -> addresses.add(member.clusterAddress()));
    }

    private boolean isUnmet(String seed, MemberTable table) {
        return answeredAt.getOrDefault(seed, Set.of()).stream()
                .noneMatch(node -> table.get(node).map(Member::isLive).orElse(false));
    }

    private void exchange(MemberTable table, Set<String> addresses, boolean formed, Now now) {
        if (now.nanos() < nextExchangeNanos) {
            return;
        }
        if (!formed) {
            nextExchangeNanos = now.nanos() + RandomChoice.around(FORMING_INTERVAL_NANOS, random);
            RandomChoice.choose(table.liveOthers(), 1, random)
                    .forEach(member -> addresses.add(member.clusterAddress()));
        } else if (different != null && now.nanos() - differentSinceNanos >= spreadNanos(table.size())) {
            nextExchangeNanos = now.nanos() + RandomChoice.around(settings.exchangeIntervalNanos(), random);
            addresses.add(different);
            different = null;
        }
    }

    /** For how long states may differ because news is under way, which gossip takes care of. */
    private static long spreadNanos(int members) {
        int log2 = 32 - Integer.numberOfLeadingZeros(members);
        return SPREAD_NANOS + log2 * SPREAD_NANOS_PER_DOUBLING;
    }

    /** A member that was probed knows the same as this node, or does not. */
    void compared(String address, boolean isDifferent, Now now) {
        if (!isDifferent) {
            different = null;
        } else {
            if (different == null) {
                differentSinceNanos = now.nanos();
            }
            different = address;
        }
    }

    /** Somebody answered at a seed or address; true when it was the first other node to do so. */
    boolean answered(String where, NodeId who) {
        if (settings.seeds().contains(where)) {
            answeredAt.computeIfAbsent(where, seed -> new HashSet<>()).add(who);
        }
        boolean first = !joined && !who.equals(settings.self());
        joined |= first;
        return first;
    }

    /** An attempt is over, however it went. */
    void finished(String where) {
        underWay.remove(where);
    }

    boolean joined() {
        return joined;
    }

    /** Whether everybody who could be asked was: another node answered, or there is nobody but this node to ask. */
    boolean hasMet(MemberTable table) {
        return joined
                || (table.size() == 1
                        && settings.seeds().stream()
                                .allMatch(seed ->
                                        answeredAt.getOrDefault(seed, Set.of()).contains(settings.self())));
    }

    /** For people: where nobody else has answered. */
    List<String> unanswered() {
        List<String> silent = new ArrayList<>(settings.seeds());
        silent.removeIf(answeredAt::containsKey);
        return silent;
    }
}
