package io.dotkv.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.kernel.testkit.Seeds;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The register against its definition: the current values are the puts that no other mutation covers. */
class MultiValueRegisterTest {
    private static final Key KEY = Key.of("cart");
    private static final Dot FIRST = new Dot(new Actor(1, 1), 1);
    private static final Dot SECOND = new Dot(new Actor(2, 1), 1);
    private static final HybridTime TIME = HybridTime.ofMillis(1);
    private static final Bytes VALUE = Bytes.utf8("3 apples");

    @Test
    void afterAnyHistoryTheValuesAreThePutsThatNothingCovers() {
        Seeds.run(1000, random -> {
            History history = History.draw(random, 60);
            history.deliverAll();
            for (Key key : History.KEYS) {
                for (History.Replica replica : history.replicas) {
                    assertThat(replica.stored(key).leaves()).isEqualTo(history.valuesByHistory(key));
                }
            }
        });
    }

    @Test
    void duringAnyHistoryAReadOfAllReplicasShowsThePutsThatNothingCovers() {
        Seeds.run(1000, random -> {
            History history = History.draw(random, 60);
            for (Key key : History.KEYS) {
                Row read = Row.EMPTY;
                for (History.Replica replica : history.replicas) {
                    read = read.join(replica.export(key));
                }
                assertThat(read.leaves()).isEqualTo(history.valuesByHistory(key));
            }
        });
    }

    @Test
    void aPutBringsItsValueUnderItsDotAndIsItsOwnEvent() {
        Delta delta = MultiValueRegister.replaceCovered(KEY, FIRST, TIME, VALUE, new VersionVector(DotSet.of(SECOND)));
        assertThat(delta.leaves()).containsExactly(new Leaf(FIRST, Bytes.EMPTY, TIME, VALUE));
        assertThat(delta.context()).isEqualTo(DotSet.of(List.of(FIRST, SECOND)));
        assertThat(delta.events()).containsExactly(FIRST);
    }

    @Test
    void aDeletionTakesADotToo() {
        Delta delta = MultiValueRegister.replaceCovered(KEY, FIRST, TIME, null, VersionVector.NONE);
        assertThat(delta.leaves()).isEmpty();
        assertThat(delta.context()).isEqualTo(DotSet.of(FIRST));
        assertThat(delta.events()).containsExactly(FIRST);
    }

    @Test
    void aPutOfNoBytesIsAValueAndNotADeletion() {
        assertThat(MultiValueRegister.replaceCovered(KEY, FIRST, TIME, Bytes.EMPTY, VersionVector.NONE)
                        .leaves())
                .hasSize(1);
    }

    @Test
    void replacingWhatWasSeenCoversLeavesAndWhatDied() {
        Dot dead = new Dot(new Actor(3, 1), 7);
        Row row = new Row(List.of(new Leaf(SECOND, Bytes.EMPTY, TIME, VALUE)), DotSet.of(dead));
        assertThat(MultiValueRegister.replaceSeen(KEY, FIRST, TIME, VALUE, row).context())
                .isEqualTo(DotSet.of(List.of(FIRST, SECOND, dead)));
    }
}
