package io.dotkv.cluster.layout;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the layout function costs and how much it moves, for clusters of 3 to 1,000 members of three zones and three
 * capacities, as Markdown. Run by hand.
 */
final class LayoutBenchmark {
    private LayoutBenchmark() {}

    public static void main(String[] arguments) {
        System.out.println(
                "| members | partitions | first, ms | join, ms | moved | least | zone lost, ms | moved | least |");
        System.out.println("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        for (int[] size : new int[][] {{3, 256}, {9, 256}, {30, 1024}, {100, 4096}, {300, 65_536}, {1000, 65_536}}) {
            run(size[0], size[1]);
        }
    }

    private static void run(int size, int partitions) {
        List<LayoutMember> members = new ArrayList<>();
        for (int number = 1; number <= size; number++) {
            members.add(new LayoutMember(number, "zone " + number % 3, 1 + number % 4));
        }
        long start = System.nanoTime();
        int[][] first = LayoutFunction.next(members, 3, new int[partitions][0]);
        long formed = System.nanoTime();
        members.add(new LayoutMember(size + 1, "zone 1", 2));
        int[][] joined = LayoutFunction.next(members, 3, first);
        long grown = System.nanoTime();
        members.removeIf(member -> member.zone().equals("zone 1"));
        int[][] without = LayoutFunction.next(members, 3, joined);
        long lost = System.nanoTime();
        System.out.printf(
                "| %,d | %,d | %,d | %,d | %,d | %,d | %,d | %,d | %,d |%n",
                size,
                partitions,
                (formed - start) / 1_000_000,
                (grown - formed) / 1_000_000,
                moved(first, joined),
                forced(first, joined),
                (lost - grown) / 1_000_000,
                moved(joined, without),
                forced(joined, without));
    }

    /** How many replicas a layout has that the one before did not have. */
    static long moved(int[][] before, int[][] after) {
        long moved = 0;
        for (int partition = 0; partition < after.length; partition++) {
            Set<Integer> old = new HashSet<>();
            for (int number : before[partition]) {
                old.add(number);
            }
            for (int number : after[partition]) {
                moved += old.contains(number) ? 0 : 1;
            }
        }
        return moved;
    }

    /** How many replicas must move at least for members to hold as many as they do: what they hold more than before. */
    static long forced(int[][] before, int[][] after) {
        Map<Integer, Integer> old = counts(before);
        long forced = 0;
        for (Map.Entry<Integer, Integer> count : counts(after).entrySet()) {
            forced += Math.max(0, count.getValue() - old.getOrDefault(count.getKey(), 0));
        }
        return forced;
    }

    /** How many partitions each member holds. */
    static Map<Integer, Integer> counts(int[][] layout) {
        Map<Integer, Integer> counts = new HashMap<>();
        for (int[] set : layout) {
            for (int number : set) {
                counts.merge(number, 1, Integer::sum);
            }
        }
        return counts;
    }
}
