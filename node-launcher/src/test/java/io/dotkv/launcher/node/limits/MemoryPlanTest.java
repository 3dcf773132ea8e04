package io.dotkv.launcher.node.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dotkv.launcher.node.limits.MemoryPlan.TooSmallException;
import io.dotkv.launcher.node.limits.MemoryPlan.Wishes;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class MemoryPlanTest {
    private static final long MIB = 1 << 20;
    private static final int VALUE = 1 << 20;
    private static final Wishes NONE = new Wishes(Optional.empty(), Optional.empty(), Optional.empty());

    @Test
    void thePartsStayBelowTheLimitWhateverItIs() throws TooSmallException {
        for (long mib = MemoryPlan.leastMib(VALUE); mib < 100_000; mib += mib / 7) {
            MemoryPlan plan = of(mib, Math.min(4096, mib * 3 / 8), VALUE);
            long parts = plan.heap() + plan.blockCache() + plan.memtables() + plan.network();
            assertThat(parts).as("%s", plan).isLessThan(plan.limit() - 100 * MIB);
            assertThat(plan.limit()).isEqualTo(mib * MIB);
        }
    }

    @Test
    void theLeastMemoryIsEnoughForAHeapOfThreeEighths() throws TooSmallException {
        for (int value : new int[] {1, VALUE, 4 << 20, 16 << 20}) {
            long least = MemoryPlan.leastMib(value);
            assertThat(of(least, least * 3 / 8, value).limit()).isEqualTo(least * MIB);
        }
        assertThat(MemoryPlan.leastMib(VALUE)).isEqualTo(512);
    }

    @Test
    void withLessANodeIsRefusedWithWhatItNeeds() {
        assertThatThrownBy(() -> of(300, 112, VALUE))
                .isInstanceOf(TooSmallException.class)
                .hasMessageContaining("give it --memory-mib 512 or more");
        assertThatThrownBy(() -> of(1024, 384, 16 << 20))
                .isInstanceOf(TooSmallException.class)
                .hasMessageContaining("--memory-mib " + MemoryPlan.leastMib(16 << 20));
    }

    @Test
    void aHeapThatSomebodyMadeLargerMakesALargerNodeUpToWhatThereIs() throws TooSmallException {
        assertThat(MemoryPlan.of(NONE, 1024 * MIB, 24_000 * MIB, 1536 * MIB, VALUE)
                        .limit())
                .isEqualTo(4096 * MIB);
        assertThat(MemoryPlan.of(NONE, 1024 * MIB, 3000 * MIB, 1536 * MIB, VALUE)
                        .limit())
                .isEqualTo(3000 * MIB);
    }

    @Test
    void wishesArePartsAndMustFit() throws TooSmallException {
        Wishes small = new Wishes(Optional.empty(), Optional.of(16 * MIB), Optional.of(32 * MIB));
        MemoryPlan plan = MemoryPlan.of(small, 768 * MIB, 2000 * MIB, 288 * MIB, VALUE);
        assertThat(plan.blockCache()).isEqualTo(16 * MIB);
        assertThat(plan.memtables()).isEqualTo(32 * MIB);
        Wishes large = new Wishes(Optional.empty(), Optional.of(600 * MIB), Optional.empty());
        assertThatThrownBy(() -> MemoryPlan.of(large, 768 * MIB, 2000 * MIB, 288 * MIB, VALUE))
                .hasMessageContaining("do not fit into 768 MiB");
    }

    private static MemoryPlan of(long limitMib, long heapMib, int maxValueBytes) throws TooSmallException {
        Wishes wishes = new Wishes(Optional.of(limitMib * MIB), Optional.empty(), Optional.empty());
        return MemoryPlan.of(wishes, 1024 * MIB, 1L << 40, heapMib * MIB, maxValueBytes);
    }
}
