package io.dotkv.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.dotkv.kernel.testkit.Samples;
import io.dotkv.kernel.testkit.Seeds;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The laws of the one join, on rows of real histories, so that its side conditions hold. */
class RowTest {
    private static final int STEPS = 40;
    private static final Actor A = new Actor(1, 1);

    @Test
    void exportedRowsJoinInAnyOrderAndGroupingAndAnyNumberOfTimes() {
        Seeds.run(1000, random -> {
            History history = History.draw(random, STEPS);
            Key key = history.anyKey();
            Row first = history.anyReplica().export(key);
            Row second = history.replicas.get(1).export(key);
            Row third = history.replicas.get(2).export(key);
            assertThat(first.join(first)).isEqualTo(first);
            assertThat(first.join(second)).isEqualTo(second.join(first));
            assertThat(first.join(second).join(third)).isEqualTo(first.join(second.join(third)));
            assertThat(first.join(second).join(second)).isEqualTo(first.join(second));
        });
    }

    @Test
    void aDeltaJoinedIntoAStoredRowIsTheJoinOfTheExportedForms() {
        Seeds.run(1000, random -> {
            History history = History.draw(random, STEPS);
            for (Delta delta : history.deltas) {
                for (History.Replica replica : history.replicas) {
                    Row stored = replica.stored(delta.key());
                    Row joined = stored.join(
                            delta.leaves(), delta.context(), stored.context().union(replica.clock));
                    Row exported = stored.fill(replica.clock).join(new Row(delta.leaves(), delta.context()));
                    assertThat(joined.leaves()).isEqualTo(exported.leaves());
                    assertThat(joined.fill(replica.clock)).isEqualTo(exported);
                }
            }
        });
    }

    @Test
    void strippingARowLosesNothingThatItsFillWouldHaveCovered() {
        Seeds.run(1000, random -> {
            History history = History.draw(random, STEPS);
            Key key = history.anyKey();
            History.Replica replica = history.anyReplica();
            Row other = history.anyReplica().export(key);
            Row stored = replica.stored(key);
            Row widened = new Row(stored.leaves(), stored.context().union(other.context()));
            assertThat(widened.strip(replica.clock).fill(replica.clock)).isEqualTo(widened.fill(replica.clock));
            assertThat(widened.strip(replica.clock)
                            .context()
                            .intersect(replica.clock.base())
                            .isEmpty())
                    .isTrue();
        });
    }

    @Test
    void theClockOfAReplicaCoversEveryLeafOfItsRows() {
        Seeds.run(500, random -> {
            History history = History.draw(random, STEPS);
            for (History.Replica replica : history.replicas) {
                for (Key key : History.KEYS) {
                    Row row = replica.stored(key);
                    assertThat(replica.clock.containsAll(row.dots())).isTrue();
                }
            }
        });
    }

    @Test
    void whenEverythingIsDeliveredAllRowsAreEqualAndNoResidualIsLeft() {
        Seeds.run(500, random -> {
            History history = History.draw(random, STEPS);
            history.deliverAll();
            for (Key key : History.KEYS) {
                Row expected = history.replicas.getFirst().stored(key);
                // A residual goes when its row is next written or stripped: here, by the same strip for all.
                for (History.Replica replica : history.replicas) {
                    assertThat(replica.clock).isEqualTo(history.replicas.getFirst().clock);
                    assertThat(replica.stored(key).strip(replica.clock)).isEqualTo(expected.strip(replica.clock));
                    assertThat(replica.stored(key).strip(replica.clock).context())
                            .isEqualTo(DotSet.EMPTY);
                }
            }
        });
    }

    @Test
    void theDotsOfLeavesAreTheSetOfThem() {
        Seeds.run(1000, random -> {
            Row row = Samples.row(random);
            assertThat(row.dots())
                    .isEqualTo(DotSet.of(row.leaves().stream().map(Leaf::dot).toList()));
        });
    }

    @Test
    void whatIsSeenOfAKeySparesTheLeavesOfOtherTypes() {
        Leaf plain = leaf(1, 1);
        Leaf typed = new Leaf(new Dot(A, 2), Bytes.utf8("path"), HybridTime.ZERO, Bytes.EMPTY);
        Row row = new Row(List.of(plain, typed), DotSet.upTo(A, 4));
        VersionVector seen = VersionVector.of(row);
        assertThat(seen.sparingTypes(row.leaves()).dots())
                .isEqualTo(DotSet.upTo(A, 4).minus(DotSet.of(typed.dot())));
        assertThat(seen.sparingTypes(List.of(plain))).isSameAs(seen);
    }

    @Test
    void whereVeryManyLeavesAreSparedOnlyThePlainValuesAreCovered() {
        List<Leaf> leaves = new ArrayList<>(List.of(leaf(1, 1)));
        for (int counter = 2; counter <= 1002; counter++) {
            leaves.add(new Leaf(new Dot(A, counter), Bytes.utf8("path"), HybridTime.ZERO, Bytes.EMPTY));
        }
        Row row = new Row(leaves, DotSet.upTo(A, 2000));
        assertThat(VersionVector.of(row).sparingTypes(leaves).dots()).isEqualTo(DotSet.of(new Dot(A, 1)));
    }

    @Test
    void newestFirstGoesByTimeAndThenByDot() {
        Leaf old = leaf(3, 1);
        Leaf young = leaf(1, 2);
        Leaf youngToo = leaf(2, 2);
        Row row = new Row(List.of(young, youngToo, old), DotSet.upTo(A, 3));
        assertThat(row.newestFirst()).containsExactly(youngToo, young, old);
    }

    @Test
    void leavesOutOfOrderOrWithTheSameDotAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Row(List.of(leaf(2, 1), leaf(1, 1)), DotSet.EMPTY));
        assertThatIllegalArgumentException().isThrownBy(() -> new Row(List.of(leaf(1, 1), leaf(1, 2)), DotSet.EMPTY));
    }

    @Test
    void anAbsentRowIsFilledByWhatItsReplicaHasSeen() {
        DotSet clock = DotSet.upTo(A, 4).with(new Dot(A, 9));
        assertThat(Row.EMPTY.fill(clock)).isEqualTo(new Row(List.of(), DotSet.upTo(A, 4)));
        assertThat(Row.EMPTY.isEmpty()).isTrue();
        assertThat(Row.EMPTY.fill(clock).isEmpty()).isFalse();
    }

    private static Leaf leaf(long counter, long millis) {
        return new Leaf(new Dot(A, counter), Bytes.EMPTY, HybridTime.ofMillis(millis), Bytes.utf8("v" + counter));
    }
}
