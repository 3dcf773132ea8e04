package io.dotkv.storage.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.kernel.Actor;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.Key;
import org.junit.jupiter.api.Test;

class RecentWritesTest {
    private static final Key CART = Key.of("cart");
    private static final Key BOX = Key.of("box");
    private static final Actor ANN = new Actor(1, 1);
    private static final Actor BEN = new Actor(2, 1);

    private final RecentWrites memory = new RecentWrites();

    @Test
    void aContextThatCoversTheWholeClockCoversEveryRow() {
        DotSet clock = DotSet.upTo(ANN, 1_000);
        assertThat(memory.isAllCovered(CART, clock, clock)).isTrue();
    }

    @Test
    void anUncoveredEventOfTheSameKeyMayBeALeafOfTheRow() {
        memory.event(new Dot(ANN, 2), CART);
        assertThat(memory.isAllCovered(CART, DotSet.upTo(ANN, 2), DotSet.upTo(ANN, 1)))
                .isFalse();
    }

    @Test
    void anUncoveredEventOfAnotherKeyIsNone() {
        memory.event(new Dot(ANN, 2), BOX);
        assertThat(memory.isAllCovered(CART, DotSet.upTo(ANN, 2), DotSet.upTo(ANN, 1)))
                .isTrue();
    }

    @Test
    void anUncoveredEventThatIsNotRememberedMayBeOfAnyKey() {
        memory.event(new Dot(ANN, 3), BOX);
        assertThat(memory.isAllCovered(CART, DotSet.upTo(ANN, 3), DotSet.upTo(ANN, 1)))
                .isFalse();
    }

    @Test
    void whatIsMoreThanTheMemoryHoldsIsForgotten() {
        memory.event(new Dot(ANN, 1), BOX);
        for (int counter = 1; counter <= 64; counter++) {
            memory.event(new Dot(BEN, counter), BOX);
        }
        DotSet clock = DotSet.upTo(ANN, 1).union(DotSet.upTo(BEN, 64));
        assertThat(memory.isAllCovered(CART, clock, DotSet.upTo(BEN, 64))).isFalse();
        assertThat(memory.isAllCovered(CART, clock, DotSet.upTo(ANN, 1))).isTrue();
    }

    @Test
    void aRowWithAResidualIsNotJudgedUnread() {
        DotSet clock = DotSet.upTo(ANN, 1);
        memory.residualCame(CART);
        assertThat(memory.isAllCovered(CART, clock, clock)).isFalse();
        memory.residualWent(CART);
        assertThat(memory.isAllCovered(CART, clock, clock)).isTrue();
    }

    @Test
    void itIsKnownWhetherAnyRowHasAResidual() {
        assertThat(memory.areNoResiduals()).isTrue();
        memory.residualCame(CART);
        memory.residualCame(BOX);
        memory.residualWent(CART);
        assertThat(memory.areNoResiduals()).isFalse();
        memory.residualWent(BOX);
        assertThat(memory.areNoResiduals()).isTrue();
    }
}
