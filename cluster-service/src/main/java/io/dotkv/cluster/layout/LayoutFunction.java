package io.dotkv.cluster.layout;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * The layout function: from the members and the layout before to the next layout. Each partition has its replicas on
 * different members, spread over zones as {@link ZoneRule} says; each member holds what {@link ReplicaCounts} says; and
 * what a member holds stays where it is as far as that allows.
 *
 * <p>It works like an augmenting path in a flow network. First, replicas that cannot stay are taken away. Then each
 * vacancy is given to a member that holds too little. Where all members that may take it are full, or where a member
 * holds too much, a shortest path of hand-overs is looked for (breadth first): one member hands a partition to the
 * next, and the last one holds too little. A member that holds too much and one that holds too little are nearly always
 * neighbours on that path, so that as many replicas move as members hold too much.
 *
 * <p>The same input gives the same layout on each node: ties are broken by a hash of partition and member, which also
 * mixes members, so that the partitions of a member that fails have their other replicas on many members.
 */
public final class LayoutFunction {
    private static final long PARTS = 64;

    private final List<LayoutMember> members;
    private final ZoneRule zones;
    private final int[] wanted;
    private final int[][] before;
    private final int[][] sets;
    private final BitSet[] held;
    private final int[] counts;

    private LayoutFunction(List<LayoutMember> members, int replicas, int[][] before) {
        this.members = members;
        this.before = before;
        zones = new ZoneRule(members, replicas);
        held = new BitSet[members.size()];
        Arrays.setAll(held, i -> new BitSet(before.length));
        sets = new int[before.length][];
        for (int partition = 0; partition < sets.length; partition++) {
            sets[partition] = before[partition].clone();
            for (int member : sets[partition]) {
                held[member].set(partition);
            }
        }
        counts = Arrays.stream(held).mapToInt(BitSet::cardinality).toArray();
        wanted = ReplicaCounts.of(members, counts, zones, before.length);
    }

    /**
     * The next layout.
     *
     * @param all all members, in any order; those with capacity 0 hold nothing
     * @param replicas the number of replicas of a partition, less when there are fewer members with capacity
     * @param previous for each partition the numbers of the members that hold it; may name members that are gone, and
     *     empty sets when there is no layout yet
     * @return for each partition the numbers of the members that hold it, the preferred coordinator first
     */
    public static int[][] next(List<LayoutMember> all, int replicas, int[][] previous) {
        List<LayoutMember> members = all.stream()
                .filter(member -> member.capacity() > 0)
                .sorted(Comparator.comparingInt(LayoutMember::number))
                .toList();
        if (members.isEmpty()) {
            throw new IllegalArgumentException("a layout needs a member that has a capacity");
        }
        Map<Integer, Integer> indexes = new HashMap<>();
        members.forEach(member -> indexes.put(member.number(), indexes.size()));
        int[][] before = new int[previous.length][];
        for (int partition = 0; partition < before.length; partition++) {
            before[partition] = Arrays.stream(previous[partition])
                    .filter(indexes::containsKey)
                    .map(indexes::get)
                    .toArray();
        }
        LayoutFunction function = new LayoutFunction(members, replicas, before);
        function.takeAway();
        function.fill();
        function.level();
        return function.ordered();
    }

    /** Takes away replicas that are too many, too many in one zone, or in the way of a zone that has none. */
    private void takeAway() {
        for (int partition = 0; partition < sets.length; partition++) {
            int excess = mostExcessive(partition);
            while (excess >= 0) {
                remove(partition, excess);
                excess = mostExcessive(partition);
            }
        }
    }

    /** The member of a partition that must go and holds most beyond its count, or -1 when all may stay. */
    private int mostExcessive(int partition) {
        int[] set = sets[partition];
        int vacancies = zones.replicas() - set.length;
        boolean shared = vacancies < 0 || (zones.least() > 0 && vacancies < zones.zones() - zonesOf(set));
        int worst = -1;
        for (int member : set) {
            int beside = inZone(set, zones.zoneOf(member));
            boolean goes =
                    beside > zones.most() || (shared && (beside > 1 || (vacancies < 0 && zonesOf(set) == set.length)));
            if (goes && (worst < 0 || excess(member) > excess(worst))) {
                worst = member;
            }
        }
        return worst;
    }

    /** Gives each vacancy to the member that lacks most of its count among those that may take it. */
    private void fill() {
        PriorityQueue<Integer> emptiest = new PriorityQueue<>(this::compareByLack);
        for (int member = 0; member < wanted.length; member++) {
            emptiest.add(member);
        }
        List<Integer> passed = new ArrayList<>();
        for (int partition = 0; partition < sets.length; partition++) {
            while (sets[partition].length < zones.replicas()) {
                int member = emptiest.remove();
                passed.add(member);
                if (mayTake(partition, member)) {
                    add(partition, member);
                    emptiest.addAll(passed);
                    passed.clear();
                }
            }
        }
    }

    /** Hands over from members that hold too much to those that hold too little, while there is a way. */
    private void level() {
        boolean moved = true;
        while (moved) {
            moved = false;
            for (int member = 0; member < wanted.length; member++) {
                while (excess(member) > 0 && handOver(member)) {
                    moved = true;
                }
            }
        }
    }

    /** A member hands a partition to another. */
    private record Hand(int from, int partition, int to) {}

    private boolean handOver(int from) {
        List<Integer> empty = new ArrayList<>();
        for (int member = 0; member < wanted.length; member++) {
            if (excess(member) < 0) {
                empty.add(member);
            }
        }
        empty.sort(this::compareByLack);
        for (int to : empty) {
            int partition = partitionFor(from, to);
            if (partition >= 0) {
                carryOut(new Hand(from, partition, to));
                return true;
            }
        }
        return handOverThroughOthers(from);
    }

    private boolean handOverThroughOthers(int from) {
        @Nullable Hand[] through = new Hand[wanted.length];
        Deque<Integer> next = new ArrayDeque<>(List.of(from));
        while (!next.isEmpty()) {
            int member = next.remove();
            for (int to = 0; to < wanted.length; to++) {
                int partition = to == from || through[to] != null ? -1 : partitionFor(member, to);
                if (partition < 0) {
                    continue;
                }
                through[to] = new Hand(member, partition, to);
                if (excess(to) < 0) {
                    return carryOut(through, to);
                }
                next.add(to);
            }
        }
        return false;
    }

    /** Carries out the last hand-over of a path first, so that no member gets the same partition twice. */
    private boolean carryOut(@Nullable Hand[] through, int last) {
        Hand hand = through[last];
        boolean carried = false;
        while (hand != null) {
            if (!held[hand.from].get(hand.partition) || !mayHandOver(hand.partition, hand.from, hand.to)) {
                return carried;
            }
            carryOut(hand);
            carried = true;
            hand = through[hand.from];
        }
        return carried;
    }

    private void carryOut(Hand hand) {
        remove(hand.partition, hand.from);
        add(hand.partition, hand.to);
    }

    /** A partition that one member can hand to another: best one that moves anyway or returns, or -1. */
    private int partitionFor(int from, int to) {
        BitSet its = held[from];
        int start = (int) Long.remainderUnsigned(hash(from, to), sets.length);
        int found = -1;
        int partition = its.nextSetBit(start);
        boolean wrapped = false;
        while (true) {
            if (partition < 0 || (wrapped && partition >= start)) {
                if (wrapped) {
                    return found;
                }
                wrapped = true;
                partition = its.nextSetBit(0);
                continue;
            }
            if (mayHandOver(partition, from, to)) {
                if (!contains(before[partition], from) || contains(before[partition], to)) {
                    return partition;
                }
                if (found < 0) {
                    found = partition;
                }
            }
            partition = its.nextSetBit(partition + 1);
        }
    }

    private boolean mayHandOver(int partition, int from, int to) {
        if (held[to].get(partition)) {
            return false;
        }
        int zone = zones.zoneOf(to);
        int old = zones.zoneOf(from);
        return zone == old
                || (inZone(sets[partition], zone) < zones.most()
                        && (zones.least() == 0 || inZone(sets[partition], old) > 1));
    }

    private boolean mayTake(int partition, int member) {
        int[] set = sets[partition];
        int beside = inZone(set, zones.zoneOf(member));
        int vacancies = zones.replicas() - set.length;
        return !held[member].get(partition)
                && beside < zones.most()
                && (beside == 0 || zones.least() == 0 || vacancies > zones.zones() - zonesOf(set));
    }

    private int excess(int member) {
        return counts[member] - wanted[member];
    }

    /** Who lacks more of its count comes first; members that lack about the same come in an order that looks random. */
    private int compareByLack(int one, int other) {
        int compared = Long.compare(filled(one), filled(other));
        return compared != 0 ? compared : Long.compareUnsigned(hash(one, counts[one]), hash(other, counts[other]));
    }

    /** How much of its count a member holds, in {@link #PARTS}; that many when it lacks nothing. */
    private long filled(int member) {
        return wanted[member] == 0 ? Long.MAX_VALUE : PARTS * counts[member] / wanted[member];
    }

    private int inZone(int[] set, int zone) {
        int count = 0;
        for (int member : set) {
            count += zones.zoneOf(member) == zone ? 1 : 0;
        }
        return count;
    }

    private int zonesOf(int[] set) {
        int count = 0;
        for (int i = 0; i < set.length; i++) {
            boolean isNew = true;
            for (int k = 0; k < i; k++) {
                isNew &= zones.zoneOf(set[k]) != zones.zoneOf(set[i]);
            }
            count += isNew ? 1 : 0;
        }
        return count;
    }

    private void add(int partition, int member) {
        int[] set = Arrays.copyOf(sets[partition], sets[partition].length + 1);
        set[set.length - 1] = member;
        sets[partition] = set;
        held[member].set(partition);
        counts[member]++;
    }

    private void remove(int partition, int member) {
        sets[partition] =
                Arrays.stream(sets[partition]).filter(other -> other != member).toArray();
        held[member].clear(partition);
        counts[member]--;
    }

    /** The sets by number; each member comes first in its share of its partitions, as before where that is balanced. */
    private int[][] ordered() {
        int[] first = new int[wanted.length];
        int[][] numbers = new int[sets.length][];
        for (int partition = 0; partition < sets.length; partition++) {
            int[] set = sets[partition];
            int best = 0;
            for (int k = 1; k < set.length; k++) {
                if ((long) first[set[k]] * wanted[set[best]] < (long) first[set[best]] * wanted[set[k]]) {
                    best = k;
                }
            }
            first[set[best]]++;
            List<Integer> order = new ArrayList<>();
            Arrays.stream(set).forEach(order::add);
            Collections.swap(order, 0, best);
            numbers[partition] = order.stream()
                    .mapToInt(member -> members.get(member).number())
                    .toArray();
        }
        return numbers;
    }

    private static boolean contains(int[] set, int member) {
        for (int other : set) {
            if (other == member) {
                return true;
            }
        }
        return false;
    }

    /** Mixes two numbers (the finalizer of SplitMix64). */
    private static long hash(int a, int b) {
        long mixed = ((long) a << 32 | b) * 0x9e3779b97f4a7c15L;
        mixed = (mixed ^ mixed >>> 30) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
        return mixed ^ mixed >>> 31;
    }
}
