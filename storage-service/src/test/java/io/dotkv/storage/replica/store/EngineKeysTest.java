package io.dotkv.storage.replica.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.kernel.Actor;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.PartitionId;
import io.dotkv.kernel.testkit.Samples;
import io.dotkv.kernel.testkit.Seeds;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class EngineKeysTest {
    private static final EngineKeys KEYS = new EngineKeys(new PartitionId(0x1ff));
    private static final EngineKeys NEXT = new EngineKeys(new PartitionId(0x200));
    private static final EngineKeys LAST = new EngineKeys(new PartitionId(PartitionId.MAX_PARTITIONS - 1));

    @Test
    void rowsLieInTheByteOrderOfTheirKeys() {
        Seeds.run(2000, random -> {
            Key left = edgy(random.nextInt(64));
            Key right = edgy(random.nextInt(64));
            int order = Integer.signum(Arrays.compareUnsigned(KEYS.row(left), KEYS.row(right)));
            assertThat(order).isEqualTo(Integer.signum(left.compareTo(right)));
        });
    }

    /** One of the keys of up to three bytes of 00, 01, fe and ff. */
    private static Key edgy(int number) {
        byte[] letters = {0, 1, -2, -1};
        byte[] key = new byte[1 + number % 3];
        for (int index = 0; index < key.length; index++) {
            key[index] = letters[(number >>> index) & 3];
        }
        return new Key(Bytes.wrap(key));
    }

    @Test
    void rowsAndResidualMarksTellTheirKey() {
        Seeds.run(500, random -> {
            Key key = Samples.key(random);
            assertThat(EngineKeys.keyOf(KEYS.row(key))).isEqualTo(key);
            assertThat(EngineKeys.keyOf(KEYS.residual(key))).isEqualTo(key);
        });
    }

    @Test
    void logRecordsTellTheirEventAndLieInTheOrderOfEvents() {
        Seeds.run(2000, random -> {
            Dot left = Samples.dot(random);
            Dot right = Samples.dot(random);
            assertThat(EngineKeys.dotOf(KEYS.log(left))).isEqualTo(left);
            int order = Integer.signum(Arrays.compareUnsigned(KEYS.log(left), KEYS.log(right)));
            assertThat(order).isEqualTo(Integer.signum(left.compareTo(right)));
        });
    }

    @Test
    void everythingOfAPartitionLiesBetweenItsStartAndThatOfTheNext() {
        byte[] longest = new byte[Key.MAX_BYTES];
        Arrays.fill(longest, (byte) 0xff);
        Key last = new Key(Bytes.wrap(longest));
        Dot newest = new Dot(new Actor(Integer.MAX_VALUE, Integer.MAX_VALUE), Long.MAX_VALUE - 1);
        byte[] start = KEYS.row(Bytes.EMPTY);
        byte[] end = NEXT.row(Bytes.EMPTY);
        for (byte[] place : new byte[][] {
            KEYS.row(last),
            KEYS.log(newest),
            KEYS.clock(),
            KEYS.pruned(),
            KEYS.residual(last),
            KEYS.catchingUp(),
            KEYS.replica()
        }) {
            assertThat(place)
                    .satisfies(any ->
                            assertThat(Arrays.compareUnsigned(start, place)).isNegative());
            assertThat(Arrays.compareUnsigned(place, end)).isNegative();
        }
        assertThat(Arrays.compareUnsigned(KEYS.row(last), KEYS.rowsEnd())).isNegative();
        assertThat(Arrays.compareUnsigned(KEYS.log(newest), KEYS.logsEnd())).isNegative();
        assertThat(Arrays.compareUnsigned(KEYS.residual(last), KEYS.residualsEnd()))
                .isNegative();
        assertThat(Arrays.compareUnsigned(LAST.replica(), new byte[] {-1, -1, -1}))
                .isNegative();
    }
}
