package io.dotkv.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.kernel.Actor;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.HybridTime;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.Row;
import io.dotkv.replication.request.PlainView;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class PortionTest {
    private static final int MIB = 1 << 20;
    private static final Actor ACTOR = new Actor(1, 1);

    @Test
    void valuesAreGivenNewestFirstAsLongAsTheyFit() {
        PlainView part = PlainView.of(row(MIB, MIB, MIB, MIB, MIB)).within(new Portion(4 * MIB, Set.of()));
        assertThat(counters(part.values())).containsExactly(5L, 4L, 3L);
        assertThat(part.dotsLeftOut()).containsExactly(dot(2), dot(1));
    }

    @Test
    void theContextOfAPartDoesNotCoverWhatIsLeftOut() {
        PlainView part = PlainView.of(row(MIB, MIB, MIB, MIB, MIB)).within(new Portion(4 * MIB, Set.of()));
        assertThat(part.context()).isEqualTo(DotSet.upTo(ACTOR, 5).minus(DotSet.upTo(ACTOR, 2)));
    }

    @Test
    void whatAllFitsIsWhole() {
        PlainView whole = PlainView.of(row(10, 10));
        assertThat(whole.within(new Portion(4 * MIB, Set.of()))).isEqualTo(whole);
        assertThat(whole.within(Portion.WHOLE)).isEqualTo(whole);
    }

    @Test
    void valuesCanBeAskedForByTheirDots() {
        PlainView part = PlainView.of(row(10, 10, 10)).within(new Portion(4 * MIB, Set.of(dot(1), dot(2), dot(9))));
        assertThat(counters(part.values())).containsExactly(2L, 1L);
        assertThat(part.dotsLeftOut()).containsExactly(dot(3));
    }

    @Test
    void aSmallerValueBehindOneThatDoesNotFitIsNotTakenForTheNewest() {
        List<Leaf> values = PlainView.of(row(10, 5 * MIB)).values();
        Portion portion = new Portion(4 * MIB, Set.of());
        assertThat(portion.of(values).given()).isEmpty();
        assertThat(portion.isTooSmallFor(values)).isTrue();
        assertThat(portion.of(values).bytesForOneMore()).isGreaterThan(5 * MIB);
        assertThat(new Portion(4 * MIB, Set.of(dot(1))).isTooSmallFor(values)).isFalse();
    }

    @Test
    void anAnswerWithoutValuesIsNeverTooLarge() {
        assertThat(new Portion(64 << 10, Set.of()).isTooSmallFor(List.of())).isFalse();
        assertThat(new Portion(64 << 10, Set.of(dot(7)))
                        .isTooSmallFor(PlainView.of(row(MIB)).values()))
                .isFalse();
    }

    private static Row row(int... sizes) {
        List<Leaf> leaves = new ArrayList<>();
        IntStream.rangeClosed(1, sizes.length)
                .forEach(counter -> leaves.add(new Leaf(
                        dot(counter), Bytes.EMPTY, HybridTime.ofMillis(counter), value(counter, sizes[counter - 1]))));
        return new Row(leaves, DotSet.upTo(ACTOR, sizes.length));
    }

    /** Equal values are shown once, so each is another. */
    private static Bytes value(int number, int size) {
        byte[] bytes = new byte[size];
        bytes[0] = (byte) number;
        return Bytes.wrap(bytes);
    }

    private static Dot dot(long counter) {
        return new Dot(ACTOR, counter);
    }

    private static List<Long> counters(List<Leaf> leaves) {
        return leaves.stream().map(leaf -> leaf.dot().counter()).toList();
    }
}
