package io.dotkv.kernel.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.dotkv.kernel.ports.RandomSource;
import io.dotkv.kernel.ports.SeededRandom;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SeedsTest {
    @Test
    void theFailureNamesTheSeedAndTheCommandThatReplaysIt() {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> failAtOnce())
                .withMessageContaining("Seed 1 failed: no luck")
                .withMessageContaining("-pl kernel")
                .withMessageContaining("-Dtest=SeedsTest#failAtOnce -Ddotkv.seed=1");
    }

    @Test
    void seedsThatFailedOnceRunFirst() {
        List<Long> draws = new ArrayList<>();
        Seeds.run(2, random -> draws.add(random.nextLong()));
        assertThat(draws)
                .containsExactly(
                        new SeededRandom(77).nextLong(),
                        new SeededRandom(1).nextLong(),
                        new SeededRandom(2).nextLong());
    }

    @Test
    void aForkDrawsDifferentlyAndDoesNotDependOnWhatIsDrawnLater() {
        RandomSource first = new SeededRandom(5);
        RandomSource fork = first.fork();
        long drawn = fork.nextLong();
        assertThat(new SeededRandom(5).fork().nextLong()).isEqualTo(drawn);
        assertThat(first.nextLong()).isNotEqualTo(drawn);
    }

    private static void failAtOnce() {
        Seeds.run(3, random -> {
            throw new IllegalStateException("no luck");
        });
    }
}
