package io.dotkv.launcher.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.BitSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ZipfianTest {
    @Test
    void ranksComeAsOftenAsTheDistributionSays() {
        int keys = 1000;
        Zipfian zipfian = new Zipfian(keys);
        SplittableRandom random = new SplittableRandom(1);
        int draws = 1_000_000;
        int[] counts = new int[keys];
        for (int draw = 0; draw < draws; draw++) {
            counts[zipfian.rank(random.nextDouble())]++;
        }
        double zeta = 0;
        for (int rank = 1; rank <= keys; rank++) {
            zeta += 1 / Math.pow(rank, 0.99);
        }
        assertThat(counts[0] / (double) draws).isCloseTo(1 / zeta, within(0.005));
        assertThat(counts[1] / (double) draws).isCloseTo(Math.pow(0.5, 0.99) / zeta, within(0.005));
        double firstHundred = 0;
        double expected = 0;
        for (int rank = 0; rank < 100; rank++) {
            firstHundred += counts[rank] / (double) draws;
            expected += 1 / Math.pow(rank + 1, 0.99) / zeta;
        }
        assertThat(firstHundred).as("the closed form is an approximation").isCloseTo(expected, within(0.03));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 10, 1000, 1_000_003, 2_000_006})
    void everyKeyIsWithinBounds(int keys) {
        Zipfian zipfian = new Zipfian(keys);
        SplittableRandom random = new SplittableRandom(2);
        for (int draw = 0; draw < 10_000; draw++) {
            assertThat(zipfian.next(random)).isBetween(0, keys - 1);
        }
        assertThat(zipfian.rank(Math.nextDown(1.0))).isBetween(0, keys - 1);
    }

    @Test
    void uniformVisitsEveryKey() {
        SplittableRandom random = new SplittableRandom(3);
        KeyChooser chooser = KeyChooser.Spread.UNIFORM.among(100);
        BitSet seen = new BitSet();
        for (int draw = 0; draw < 5_000; draw++) {
            seen.set(chooser.next(random));
        }
        assertThat(seen.cardinality()).isEqualTo(100);
    }
}
