package io.dotkv.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.dotkv.kernel.ports.RandomSource;
import io.dotkv.kernel.testkit.Samples;
import io.dotkv.kernel.testkit.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Dot sets against plain sets of dots. */
class DotSetTest {
    private static final Actor A = new Actor(1, 1);
    private static final Actor B = new Actor(2, 1);

    /** A dot set and the same set as a plain one. */
    private record Twin(DotSet set, SortedSet<Dot> plain) {
        static Twin draw(RandomSource random) {
            DotSet set = DotSet.EMPTY;
            SortedSet<Dot> plain = new TreeSet<>();
            int parts = random.nextInt(15);
            for (int part = 0; part < parts; part++) {
                Dot dot = new Dot(Samples.actor(random), 1 + random.nextInt(20));
                if (random.nextInt(4) == 0) {
                    set = set.union(DotSet.upTo(dot.actor(), dot.counter()));
                    for (long counter = 1; counter <= dot.counter(); counter++) {
                        plain.add(new Dot(dot.actor(), counter));
                    }
                } else {
                    set = set.with(dot);
                    plain.add(dot);
                }
            }
            return new Twin(set, plain);
        }
    }

    @Test
    void everyOperationAgreesWithPlainSets() {
        Seeds.run(3000, random -> {
            Twin left = Twin.draw(random);
            Twin right = Twin.draw(random);
            assertSame(left.set(), left.plain());
            assertSame(left.set().union(right.set()), union(left.plain(), right.plain()));
            assertSame(left.set().minus(right.set()), minus(left.plain(), right.plain()));
            assertSame(left.set().intersect(right.set()), minus(left.plain(), minus(left.plain(), right.plain())));
            assertThat(left.set().containsAll(right.set()))
                    .isEqualTo(left.plain().containsAll(right.plain()));
            assertSame(left.set().base(), base(left.plain()));
            assertSame(left.set().ofNode(2), ofNode(left.plain(), 2));
            Dot dot = Samples.dot(random);
            assertThat(left.set().contains(dot)).isEqualTo(left.plain().contains(dot));
            assertSame(left.set().with(dot), union(left.plain(), new TreeSet<>(Set.of(dot))));
            assertThat(left.set().highest(dot.actor())).isEqualTo(highest(left.plain(), dot.actor()));
        });
    }

    @Test
    void setsMadeInDifferentWaysAreEqualAndSurviveTheCheck() {
        Seeds.run(1000, random -> {
            DotSet set = Samples.dotSet(random);
            List<Actor> actors = set.actors();
            assertThat(DotSet.ofRuns(
                            set.floors(),
                            actors,
                            actors.stream().map(set::runsOf).toList()))
                    .isEqualTo(set)
                    .hasSameHashCodeAs(set);
            DotSet other = Samples.dotSet(random);
            assertThat(set.union(other)).isEqualTo(other.union(set)).hasSameHashCodeAs(other.union(set));
            assertThat(set.minus(other).union(set.intersect(other))).isEqualTo(set);
        });
    }

    /** With whole boots sets are not finite: they are compared dot by dot where the samples are. */
    @Test
    void everyOperationAgreesWithMembershipAlsoWithWholeBoots() {
        Seeds.run(3000, random -> {
            DotSet left = Samples.dotSet(random);
            DotSet right = Samples.dotSet(random);
            DotSet spared = right.minus(right.wholeBoots());
            Actor first = new Actor(1 + random.nextInt(3), 1 + random.nextInt(3));
            boolean containsAll = left.floors().equals(left.union(right).floors());
            for (Dot dot : UNIVERSE) {
                boolean inLeft = left.contains(dot);
                boolean inRight = right.contains(dot);
                containsAll &= (inLeft || !inRight);
                assertThat(left.union(right).contains(dot)).isEqualTo(inLeft || inRight);
                assertThat(left.intersect(right).contains(dot)).isEqualTo(inLeft && inRight);
                boolean isListed =
                        left.floorOf(dot.actor().node()) <= dot.actor().boot();
                boolean isWhole = left.floorOf(dot.actor().node())
                        <= right.floorOf(dot.actor().node());
                assertThat(left.minus(right).contains(dot)).isEqualTo(inLeft && !((isListed || isWhole) && inRight));
                assertThat(left.with(dot).contains(dot)).isTrue();
                assertThat(left.sparing(spared).contains(dot)).isEqualTo(inLeft && !spared.contains(dot));
                assertThat(left.before(first).contains(dot))
                        .isEqualTo(inLeft
                                && dot.actor().node() == first.node()
                                && dot.actor().boot() < first.boot());
                assertThat(left.base().contains(dot))
                        .isEqualTo(inLeft
                                && (dot.counter() == 1
                                        || left.base().contains(new Dot(dot.actor(), dot.counter() - 1))));
                assertThat(DotSet.allBelow(first).contains(dot))
                        .isEqualTo(dot.actor().node() == first.node()
                                && dot.actor().boot() < first.boot());
            }
            if (left.containsAll(right)) {
                assertThat(containsAll).isTrue();
                assertThat(left.union(right)).isEqualTo(left);
                assertThat(right.minus(left)).isEqualTo(DotSet.EMPTY);
            } else {
                assertThat(left.union(right)).isNotEqualTo(left);
            }
        });
    }

    private static final List<Dot> UNIVERSE = universe();

    private static List<Dot> universe() {
        List<Dot> dots = new ArrayList<>();
        for (int node = 1; node <= 3; node++) {
            for (int boot = 1; boot <= 2; boot++) {
                for (int counter = 1; counter <= 42; counter++) {
                    dots.add(new Dot(new Actor(node, boot), counter));
                }
            }
        }
        return dots;
    }

    @Test
    void whatIsSparedLowersAFloorAndTheBootsAboveAreListedAsFarAsTheyAreNotTooMany() {
        DotSet whole = DotSet.allBelow(new Actor(1, 4)).union(DotSet.upTo(B, 3));
        Dot spared = new Dot(new Actor(1, 2), 7);
        DotSet rest = whole.sparing(DotSet.of(spared));
        assertThat(rest.floorOf(1)).isEqualTo(2);
        assertThat(rest.actors()).containsExactly(new Actor(1, 2), new Actor(1, 3), B);
        assertThat(rest.contains(spared)).isFalse();
        assertThat(rest.with(spared)).isEqualTo(whole);
        assertThat(rest.union(DotSet.of(spared))).isEqualTo(whole);
        assertThat(whole.sparing(DotSet.upTo(B, 1))).isEqualTo(whole.minus(DotSet.upTo(B, 1)));
        assertThat(whole.sparing(DotSet.EMPTY)).isEqualTo(whole);
        DotSet old = DotSet.allBelow(new Actor(1, 1_000_000)).sparing(DotSet.of(spared));
        assertThat(old.actors()).hasSize(1_000);
        assertThat(old.floorOf(1)).isEqualTo(2);
    }

    @Test
    void anOperationNeverChangesItsArguments() {
        Seeds.run(300, random -> {
            Twin left = Twin.draw(random);
            Twin right = Twin.draw(random);
            left.set().union(right.set()).with(Samples.dot(random));
            left.set().minus(right.set());
            left.set().runsOf(A);
            assertSame(left.set(), left.plain());
            assertSame(right.set(), right.plain());
        });
    }

    @Test
    void theHighestCountersOfAllDoNotOverflow() {
        Dot last = new Dot(A, Long.MAX_VALUE - 1);
        DotSet first = DotSet.of(new Dot(A, 1));
        DotSet set = DotSet.of(last)
                .with(new Dot(A, Long.MAX_VALUE - 2))
                .union(DotSet.upTo(A, Long.MAX_VALUE - 3).minus(first));
        assertThat(set.runsOf(A)).containsExactly(2, Long.MAX_VALUE - 1);
        assertThat(set.minus(DotSet.of(last)).union(first)).isEqualTo(DotSet.upTo(A, Long.MAX_VALUE - 2));
        assertThat(set.size()).isEqualTo(Long.MAX_VALUE - 2);
        assertThat(set.union(first)).isEqualTo(DotSet.allBelow(new Actor(1, 2)));
        assertThat(set.with(new Dot(A, 1))).isEqualTo(DotSet.allBelow(new Actor(1, 2)));
        assertThatIllegalArgumentException().isThrownBy(() -> new Dot(A, Long.MAX_VALUE));
    }

    @Test
    void theLatestBootIsThatOfTheNodeAlone() {
        DotSet set = DotSet.of(
                List.of(new Dot(new Actor(1, 2), 1), new Dot(new Actor(1, 5), 3), new Dot(new Actor(2, 9), 1)));
        assertThat(set.latestBoot(1)).isEqualTo(5);
        assertThat(set.latestBoot(2)).isEqualTo(9);
        assertThat(set.latestBoot(3)).isZero();
    }

    @Test
    void actorsAndDotsArePositive() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Actor(0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Actor(1, -1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Dot(A, 0));
    }

    @Test
    void runsThatAreNotASetAreRefused() {
        assertRefused(List.of(A), List.of(new long[] {1}));
        assertRefused(List.of(A), List.of(new long[] {0, 1}));
        assertRefused(List.of(A), List.of(new long[] {3, 2}));
        assertRefused(List.of(A), List.of(new long[] {1, 2, 3, 4}));
        assertRefused(List.of(A), List.of(new long[] {5, 6, 1, 2}));
        assertRefused(List.of(A), List.of(new long[] {1, Long.MAX_VALUE}));
        assertRefused(List.of(B, A), List.of(new long[] {1, 1}, new long[] {1, 1}));
        assertRefused(List.of(A, A), List.of(new long[] {1, 1}, new long[] {1, 1}));
        assertRefused(List.of(A, B), List.<long[]>of(new long[] {1, 1}));
        assertFloorsRefused(A);
        assertFloorsRefused(new Actor(2, 2), new Actor(1, 2));
        assertFloorsRefused(new Actor(1, 2), new Actor(1, 3));
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> DotSet.ofRuns(List.of(new Actor(1, 2)), List.of(A), List.<long[]>of(new long[] {1, 1})));
    }

    @Test
    void itsTextShowsRunsPerActor() {
        assertThat(DotSet.upTo(A, 5).with(new Dot(A, 8)).union(DotSet.upTo(B, 7)))
                .hasToString("{1.1:1-5,8 2.1:1-7}");
        assertThat(DotSet.EMPTY).hasToString("{}");
        assertThat(DotSet.allBelow(new Actor(2, 3))
                        .with(new Dot(new Actor(2, 3), 1))
                        .union(DotSet.upTo(A, 2)))
                .hasToString("{<2.3 1.1:1-2 2.3:1}");
    }

    private static void assertFloorsRefused(Actor... floors) {
        assertThatIllegalArgumentException().isThrownBy(() -> DotSet.ofRuns(List.of(floors), List.of(), List.of()));
    }

    private static void assertRefused(List<Actor> actors, List<long[]> runs) {
        assertThatIllegalArgumentException().isThrownBy(() -> DotSet.ofRuns(actors, runs));
    }

    private static void assertSame(DotSet set, SortedSet<Dot> plain) {
        assertThat(set).isEqualTo(DotSet.of(plain));
        assertThat(set.size()).isEqualTo(plain.size());
        assertThat(set.isEmpty()).isEqualTo(plain.isEmpty());
        for (Dot dot : plain) {
            assertThat(set.contains(dot)).isTrue();
        }
        for (Actor actor : set.actors()) {
            Runs.check(set.runsOf(actor));
        }
        assertThat(set.actors())
                .isEqualTo(plain.stream().map(Dot::actor).distinct().toList());
    }

    private static SortedSet<Dot> union(SortedSet<Dot> left, SortedSet<Dot> right) {
        SortedSet<Dot> result = new TreeSet<>(left);
        result.addAll(right);
        return result;
    }

    private static SortedSet<Dot> minus(SortedSet<Dot> left, SortedSet<Dot> right) {
        SortedSet<Dot> result = new TreeSet<>(left);
        result.removeAll(right);
        return result;
    }

    private static SortedSet<Dot> base(SortedSet<Dot> plain) {
        SortedSet<Dot> result = new TreeSet<>();
        for (Dot dot : plain) {
            if (dot.counter() == 1 || result.contains(new Dot(dot.actor(), dot.counter() - 1))) {
                result.add(dot);
            }
        }
        return result;
    }

    private static SortedSet<Dot> ofNode(SortedSet<Dot> plain, int node) {
        SortedSet<Dot> result = new TreeSet<>(plain);
        result.removeIf(dot -> dot.actor().node() != node);
        return result;
    }

    private static long highest(SortedSet<Dot> plain, Actor actor) {
        return plain.stream()
                .filter(dot -> dot.actor().equals(actor))
                .mapToLong(Dot::counter)
                .max()
                .orElse(0);
    }
}
