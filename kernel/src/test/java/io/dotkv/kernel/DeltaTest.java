package io.dotkv.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeltaTest {
    private static final Key KEY = Key.of("cart");
    private static final Actor A = new Actor(1, 1);
    private static final Leaf ONE = leaf(1);
    private static final Leaf TWO = leaf(2);

    @Test
    void leavesOutOfOrderAreRefused() {
        assertRefused(List.of(TWO, ONE), DotSet.upTo(A, 2), List.of());
        assertRefused(List.of(ONE, ONE), DotSet.upTo(A, 2), List.of());
    }

    @Test
    void aLeafThatTheContextDoesNotCoverIsRefused() {
        assertRefused(List.of(ONE, TWO), DotSet.upTo(A, 1), List.of());
    }

    @Test
    void anEventThatTheContextDoesNotCoverIsRefused() {
        assertRefused(List.of(ONE), DotSet.upTo(A, 1), List.of(TWO.dot()));
    }

    @Test
    void laterChangesOfTheGivenListsDoNotReachIt() {
        List<Leaf> leaves = new ArrayList<>(List.of(ONE));
        List<Dot> events = new ArrayList<>(List.of(ONE.dot()));
        Delta delta = new Delta(KEY, leaves, DotSet.upTo(A, 1), events);
        leaves.clear();
        events.clear();
        assertThat(delta).isEqualTo(new Delta(KEY, List.of(ONE), DotSet.upTo(A, 1), List.of(ONE.dot())));
    }

    private static void assertRefused(List<Leaf> leaves, DotSet context, List<Dot> events) {
        assertThatIllegalArgumentException().isThrownBy(() -> new Delta(KEY, leaves, context, events));
    }

    private static Leaf leaf(long counter) {
        return new Leaf(new Dot(A, counter), Bytes.EMPTY, HybridTime.ofMillis(1), Bytes.utf8("v"));
    }
}
