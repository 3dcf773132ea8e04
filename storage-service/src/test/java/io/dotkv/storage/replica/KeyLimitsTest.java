package io.dotkv.storage.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.kernel.Actor;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.HybridTime;
import io.dotkv.kernel.Leaf;
import java.util.List;
import org.junit.jupiter.api.Test;

final class KeyLimitsTest {
    private static final KeyLimits LIMITS = new KeyLimits(3, 100, 1000);

    @Test
    void aPutMayAddAValueUpToTheLimitOfValuesAndNoFurther() {
        assertThat(LIMITS.refusalOfPut(values(1, 1), DotSet.EMPTY, bytes(1))).isNull();
        assertThat(LIMITS.refusalOfPut(values(1, 1, 1), DotSet.EMPTY, bytes(1)))
                .contains("3 concurrent values, and the limit is 3");
    }

    @Test
    void aPutMayAddBytesUpToTheLimitOfBytesAndNoFurther() {
        assertThat(LIMITS.refusalOfPut(values(600), DotSet.EMPTY, bytes(400))).isNull();
        assertThat(LIMITS.refusalOfPut(values(600), DotSet.EMPTY, bytes(401)))
                .contains("2 concurrent values of 1001 bytes in total, and the limit is 1000 bytes");
    }

    @Test
    void aKeyThatPeersHaveFilledBeyondItsLimitsIsResolvedStepByStep() {
        List<Leaf> tooMany = values(500, 500, 500, 500, 500);
        assertThat(LIMITS.refusalOfPut(tooMany, dots(1), bytes(500))).isNull();
        assertThat(LIMITS.refusalOfPut(tooMany, dots(1, 2, 3), bytes(500))).isNull();
        assertThat(LIMITS.refusalOfPut(tooMany, dots(1), bytes(501))).contains("bytes");
    }

    @Test
    void whatLivesBesideThePlainValueHasWeightAndIsNoSibling() {
        List<Leaf> set = List.of(
                new Leaf(dot(1), bytes(10), HybridTime.ofMillis(1), Bytes.EMPTY),
                new Leaf(dot(2), bytes(10), HybridTime.ofMillis(1), Bytes.EMPTY),
                new Leaf(dot(3), bytes(10), HybridTime.ofMillis(1), Bytes.EMPTY));
        assertThat(LIMITS.refusalOfPut(set, DotSet.EMPTY, bytes(970))).isNull();
        assertThat(LIMITS.refusalOfPut(set, DotSet.EMPTY, bytes(971))).contains("1001 bytes");
    }

    private static List<Leaf> values(int... sizes) {
        Leaf[] leaves = new Leaf[sizes.length];
        for (int index = 0; index < sizes.length; index++) {
            leaves[index] = new Leaf(dot(index + 1), Bytes.EMPTY, HybridTime.ofMillis(1), bytes(sizes[index]));
        }
        return List.of(leaves);
    }

    private static DotSet dots(int... counters) {
        DotSet dots = DotSet.EMPTY;
        for (int counter : counters) {
            dots = dots.with(dot(counter));
        }
        return dots;
    }

    private static Dot dot(int counter) {
        return new Dot(new Actor(1, 1), counter);
    }

    private static Bytes bytes(int size) {
        return Bytes.wrap(new byte[size]);
    }
}
