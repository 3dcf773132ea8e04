package io.dotkv.cluster.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dotkv.kernel.ports.RandomSource;
import io.dotkv.kernel.testkit.Seeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LayoutFunctionTest {
    private static final int HISTORIES = 1_000;

    @Test
    void everyLayoutOfARandomHistoryIsSpreadAndBalanced() {
        Seeds.run(HISTORIES, random -> {
            History history = new History(random);
            for (int step = 0; step < 12; step++) {
                history.step();
                assertSpread(history);
                assertBalanced(history);
            }
        });
    }

    @Test
    void aJoinOrLeaveMovesAsLittleAsBalanceForces() {
        long[] sums = new long[2];
        Seeds.run(HISTORIES, random -> {
            History history = new History(random);
            history.step();
            for (int step = 0; step < 12; step++) {
                int[][] before = history.layout;
                history.joinOrLeave();
                sums[0] += LayoutBenchmark.moved(before, history.layout);
                sums[1] += LayoutBenchmark.forced(before, history.layout);
            }
        });
        assertThat(sums[0]).isBetween(sums[1], sums[1] * 102 / 100);
    }

    @Test
    void clustersOfEqualMembersGrowWithoutAMoveTooMany() {
        for (int[] growth : new int[][] {{3, 4}, {9, 10}, {100, 110}}) {
            List<LayoutMember> members = new ArrayList<>();
            IntStream.rangeClosed(1, growth[0]).forEach(number -> members.add(new LayoutMember(number, "", 1)));
            int[][] before = LayoutFunction.next(members, 3, new int[1024][0]);
            IntStream.rangeClosed(growth[0] + 1, growth[1])
                    .forEach(number -> members.add(new LayoutMember(number, "", 1)));
            int[][] after = LayoutFunction.next(members, 3, before);
            assertThat(LayoutBenchmark.moved(before, after))
                    .as("%s to %s members", growth[0], growth[1])
                    .isEqualTo(LayoutBenchmark.forced(before, after));
        }
    }

    @Test
    void aMemberSharesItsPartitionsWithMostOthers() {
        List<LayoutMember> members = new ArrayList<>();
        IntStream.rangeClosed(1, 30).forEach(number -> members.add(new LayoutMember(number, "", 1)));
        int[][] layout = LayoutFunction.next(members, 3, new int[1024][0]);
        Set<Integer> others = new HashSet<>();
        Arrays.stream(layout)
                .filter(set -> Arrays.stream(set).anyMatch(number -> number == 7))
                .forEach(set -> Arrays.stream(set).forEach(others::add));
        assertThat(others).hasSizeGreaterThan(20);
    }

    @Test
    void theSameInputGivesTheSameLayoutWhateverTheOrderOfMembers() {
        List<LayoutMember> members = new ArrayList<>();
        IntStream.rangeClosed(1, 7).forEach(n -> members.add(new LayoutMember(n, "z" + n % 3, n)));
        int[][] layout = LayoutFunction.next(members, 3, new int[64][0]);
        assertThat(LayoutFunction.next(members.reversed(), 3, new int[64][0])).isDeepEqualTo(layout);
        assertThat(LayoutBenchmark.moved(layout, LayoutFunction.next(members, 3, layout)))
                .isZero();
    }

    @Test
    void membersWithoutCapacityHoldNothingAndOneMemberMustHaveSome() {
        List<LayoutMember> members = List.of(new LayoutMember(1, "", 0), new LayoutMember(2, "", 1));
        assertThat(LayoutFunction.next(members, 3, new int[4][0])).isDeepEqualTo(new int[][] {{2}, {2}, {2}, {2}});
        assertThatThrownBy(() -> LayoutFunction.next(members.subList(0, 1), 3, new int[4][0]))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** A cluster that changes at random. */
    private static final class History {
        private final RandomSource random;
        private final Map<Integer, LayoutMember> members = new HashMap<>();
        private final int partitions;
        private final int zones;
        private final boolean equal;
        private int replicas = 3;
        private int lastNumber;
        private int[][] layout;

        History(RandomSource random) {
            this.random = random;
            partitions = 1 << (4 + random.nextInt(5));
            zones = 1 + random.nextInt(5);
            equal = random.nextInt(2) == 0;
            int founders = 1 + random.nextInt(12);
            for (int i = 0; i < founders; i++) {
                join();
            }
            layout = new int[partitions][0];
        }

        void step() {
            switch (random.nextInt(6)) {
                case 0 -> replicas = 1 + random.nextInt(5);
                case 1 -> replace(zone(), some().capacity());
                case 2 -> replace(some().zone(), capacity());
                default -> change();
            }
            layout = LayoutFunction.next(List.copyOf(members.values()), replicas, layout);
        }

        void joinOrLeave() {
            change();
            layout = LayoutFunction.next(List.copyOf(members.values()), replicas, layout);
        }

        private void change() {
            if (members.size() < 2 || random.nextInt(5) < 3) {
                join();
            } else {
                members.remove(some().number());
            }
        }

        private void join() {
            lastNumber++;
            members.put(lastNumber, new LayoutMember(lastNumber, zone(), capacity()));
        }

        private void replace(String zone, int capacity) {
            int number = some().number();
            members.put(number, new LayoutMember(number, zone, capacity));
        }

        private String zone() {
            return "z" + random.nextInt(zones);
        }

        private int capacity() {
            return equal ? 1 : 1 + random.nextInt(10);
        }

        /** Whether one zone may hold less and another more: neither holds the least or most that it can. */
        boolean mayMoveBetween(String from, String to, Map<Integer, Integer> counts) {
            Map<String, Integer> held = new HashMap<>();
            Map<String, Integer> sizes = new HashMap<>();
            for (LayoutMember member : members.values()) {
                held.merge(member.zone(), counts.getOrDefault(member.number(), 0), Integer::sum);
                sizes.merge(member.zone(), 1, Integer::sum);
            }
            int copies = Math.min(replicas, members.size());
            int most = mostInAZone(sizes, copies);
            int least = sizes.size() <= copies ? partitions : 0;
            return held.getOrDefault(from, 0) > least
                    && held.getOrDefault(to, 0) < Math.min(most, sizes.getOrDefault(to, 0)) * partitions;
        }

        private LayoutMember some() {
            return List.copyOf(members.values()).get(random.nextInt(members.size()));
        }
    }

    /** Each partition has its replicas on different members, over as many zones as there are, evenly. */
    private static void assertSpread(History history) {
        Map<String, Integer> sizes = new HashMap<>();
        history.members.values().forEach(member -> sizes.merge(member.zone(), 1, Integer::sum));
        int replicas = Math.min(history.replicas, history.members.size());
        int most = mostInAZone(sizes, replicas);
        for (int[] set : history.layout) {
            Map<String, Integer> used = new HashMap<>();
            Set<Integer> different = new HashSet<>();
            for (int number : set) {
                different.add(number);
                used.merge(Objects.requireNonNull(history.members.get(number)).zone(), 1, Integer::sum);
            }
            assertThat(different).hasSize(replicas);
            assertThat(used).hasSizeGreaterThanOrEqualTo(Math.min(sizes.size(), replicas));
            assertThat(used.values()).allSatisfy(count -> assertThat(count).isLessThanOrEqualTo(most));
        }
    }

    private static int mostInAZone(Map<String, Integer> sizes, int replicas) {
        int most = 1;
        while (roomFor(sizes, most) < replicas) {
            most++;
        }
        return most;
    }

    private static int roomFor(Map<String, Integer> sizes, int each) {
        return sizes.values().stream().mapToInt(size -> Math.min(size, each)).sum();
    }

    /**
     * No replica could go from one member to another and make the two more equal in proportion: in one zone, and
     * between zones that could give and take (there, counts are rounded twice).
     */
    private static void assertBalanced(History history) {
        Map<Integer, Integer> counts = LayoutBenchmark.counts(history.layout);
        for (LayoutMember one : history.members.values()) {
            for (LayoutMember other : history.members.values()) {
                long given = counts.getOrDefault(one.number(), 0);
                long taken = counts.getOrDefault(other.number(), 0);
                boolean same = one.zone().equals(other.zone());
                if (taken < history.partitions && (same || history.mayMoveBetween(one.zone(), other.zone(), counts))) {
                    assertThat((given - (same ? 1 : 2)) * other.capacity())
                            .as("%s holds %s, %s holds %s", one, given, other, taken)
                            .isLessThanOrEqualTo((taken + (same ? 1 : 2)) * one.capacity());
                }
            }
        }
    }
}
