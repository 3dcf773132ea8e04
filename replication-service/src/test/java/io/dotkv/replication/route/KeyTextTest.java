package io.dotkv.replication.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Key;
import org.junit.jupiter.api.Test;

class KeyTextTest {
    @Test
    void textIsQuoted() {
        assertThat(KeyText.of(Key.of("cart:42 ü"))).isEqualTo("\"cart:42 ü\"");
    }

    @Test
    void bytesThatAreNotTextAreHexadecimal() {
        assertThat(KeyText.of(new Key(Bytes.wrap(new byte[] {(byte) 0xff, 1})))).isEqualTo("0xff01");
    }

    @Test
    void textThatCouldPretendToBeSomethingElseIsHexadecimal() {
        assertThat(KeyText.of(Key.of("a\nb"))).isEqualTo("0x610a62");
        assertThat(KeyText.of(Key.of("\"a"))).isEqualTo("0x2261");
        assertThat(KeyText.of(Key.of("\u202ea"))).startsWith("0x");
    }

    @Test
    void longTextIsCutBetweenCharacters() {
        assertThat(KeyText.of(Key.of("😀".repeat(70)))).isEqualTo("\"" + "😀".repeat(32) + "…\"");
        assertThat(KeyText.of(Key.of("x".repeat(100)))).isEqualTo("\"" + "x".repeat(64) + "…\"");
    }
}
