package io.dotkv.kernel.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.management.ThreadMXBean;
import io.dotkv.kernel.Actor;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.Row;
import io.dotkv.kernel.testkit.Samples;
import io.dotkv.kernel.testkit.Seeds;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class EncodingTest {
    @Test
    void rowsComeBackAsTheyWere() {
        Seeds.run(2000, random -> {
            Row row = Samples.row(random);
            assertThat(Encoding.decodeRow(Encoding.encodeRow(row))).isEqualTo(row);
        });
    }

    @Test
    void dotSetsComeBackAsTheyWere() {
        Seeds.run(2000, random -> {
            DotSet set = Samples.dotSet(random);
            ByteReader reader = new ByteReader(encode(set));
            assertThat(Encoding.readDotSet(reader)).isEqualTo(set);
            reader.expectEnd();
        });
    }

    @Test
    void lengthsAndRunsAreTwoFormsOfTheSame() {
        Seeds.run(2000, random -> {
            DotSet set = Samples.dotSet(random);
            for (Actor actor : set.actors()) {
                long[] runs = set.runsOf(actor);
                assertThat(Encoding.runsOf(Encoding.lengthsOf(runs))).isEqualTo(runs);
            }
        });
        assertThat(Encoding.lengthsOf(new long[] {1, 5, 8, 8})).containsExactly(5, 2, 1);
        assertThat(Encoding.lengthsOf(new long[] {3, 4})).containsExactly(0, 2, 2);
    }

    @Test
    void lengthsThatMakeNoSetAreRefused() {
        for (long[] wrong : new long[][] {
            {}, {0}, {3, 2}, {3, 0, 1}, {3, 2, 0}, {-1}, {1, -1, 1}, {Long.MAX_VALUE}, {1, Long.MAX_VALUE - 2, 1}
        }) {
            assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> Encoding.runsOf(wrong));
        }
    }

    @Test
    void aRowThatIsCutOrHasAFlippedBitIsRefused() {
        Seeds.run(100, random -> {
            byte[] encoded = Encoding.encodeRow(Samples.row(random));
            for (int length = 0; length < encoded.length; length++) {
                assertRowRefused(Arrays.copyOf(encoded, length));
            }
            for (int bit = 0; bit < 8 * encoded.length; bit++) {
                byte[] flipped = encoded.clone();
                flipped[bit / 8] ^= (byte) (1 << (bit % 8));
                assertRowRefused(flipped);
            }
            assertRowRefused(Arrays.copyOf(encoded, encoded.length + 1));
        });
    }

    @Test
    void damageUnderAMatchingChecksumIsRefusedOrAWellFormedRow() {
        Seeds.run(300, random -> {
            byte[] encoded = Encoding.encodeRow(Samples.row(random));
            byte[] body = Arrays.copyOf(encoded, encoded.length - 4);
            for (int bit = 0; bit < 8 * body.length; bit++) {
                body[bit / 8] ^= (byte) (1 << (bit % 8));
                decodeOrRefuse(body);
                body[bit / 8] ^= (byte) (1 << (bit % 8));
            }
            for (int length = 0; length < body.length; length++) {
                decodeOrRefuse(Arrays.copyOf(body, length));
            }
        });
    }

    @Test
    void randomBytesAreRefusedOrAWellFormedValue() {
        Seeds.run(20_000, random -> {
            byte[] garbage = Samples.array(random, random.nextInt(60));
            for (int index = 0; index < garbage.length; index++) {
                // Small numbers get further into the decoder.
                garbage[index] = random.nextInt(3) == 0 ? garbage[index] : (byte) random.nextInt(4);
            }
            decodeOrRefuse(garbage);
            readDotSetOrRefuse(garbage);
        });
    }

    @Test
    void hugeCountsInFewBytesDoNotAllocateMuch() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        for (long count : new long[] {1 << 20, Integer.MAX_VALUE, Long.MAX_VALUE, -1}) {
            ByteWriter writer = new ByteWriter(32);
            writer.writeByte(1);
            writer.writeVarint(count);
            writer.writeVarint(count);
            decodeOrRefuse(writer.toByteArray());
            readDotSetOrRefuse(Arrays.copyOfRange(writer.toByteArray(), 1, 20));
        }
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(1 << 20);
    }

    @Test
    void numbersComeBackAsTheyWere() {
        Seeds.run(1000, random -> {
            long number = random.nextLong() >>> random.nextInt(64);
            Bytes bytes = Samples.bytes(random, 300);
            ByteWriter writer = new ByteWriter(0);
            writer.writeVarint(number);
            writer.writeLong(number);
            writer.writeInt((int) number);
            writer.writeByte((int) number);
            writer.writeBytes(bytes);
            writer.writeChecksum();
            ByteReader reader = ByteReader.checked(writer.toByteArray());
            assertThat(reader.readVarint()).isEqualTo(number);
            assertThat(reader.readLong()).isEqualTo(number);
            assertThat(reader.readInt()).isEqualTo((int) number);
            assertThat(reader.readByte()).isEqualTo((int) number & 0xff);
            assertThat(reader.readBytes()).isEqualTo(bytes);
            reader.expectEnd();
        });
    }

    @Test
    void aNumberOfMoreThan64BitsIsRefused() {
        byte[] eleven = new byte[11];
        Arrays.fill(eleven, (byte) 0x80);
        assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> new ByteReader(eleven).readVarint());
        byte[] tooLarge = new byte[10];
        Arrays.fill(tooLarge, (byte) 0xff);
        tooLarge[9] = 2;
        assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> new ByteReader(tooLarge).readVarint());
    }

    @Test
    void aSizeOverItsLimitIsRefusedWithBothNumbers() {
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> new ByteReader(new byte[] {9}).readSize(8))
                .withMessage("a size of 9 is over the limit of 8");
    }

    private static byte[] encode(DotSet set) {
        ByteWriter writer = new ByteWriter(32);
        Encoding.writeDotSet(writer, set);
        return writer.toByteArray();
    }

    private static void assertRowRefused(byte[] encoded) {
        assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> Encoding.decodeRow(encoded));
    }

    /** Decodes what claims to be a row; any exception but the refusal fails the test. */
    private static void decodeOrRefuse(byte[] body) {
        ByteWriter writer = new ByteWriter(body.length + 4);
        writer.writeRaw(body);
        writer.writeChecksum();
        try {
            Row row = Encoding.decodeRow(writer.toByteArray());
            assertThat(decoded(Encoding.encodeRow(row))).isEqualTo(row);
        } catch (MalformedException refused) {
            assertThat(refused).hasMessageMatching("(?s).{5,}");
        }
    }

    private static void readDotSetOrRefuse(byte[] encoded) {
        try {
            DotSet set = Encoding.readDotSet(new ByteReader(encoded));
            assertThat(Encoding.readDotSet(new ByteReader(encode(set)))).isEqualTo(set);
        } catch (MalformedException refused) {
            assertThat(refused).hasMessageMatching("(?s).{5,}");
        }
    }

    private static Row decoded(byte[] encoded) throws MalformedException {
        return Encoding.decodeRow(encoded);
    }
}
