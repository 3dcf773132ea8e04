package io.dotkv.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Keys, nodes and partitions: what is a name and what is refused. */
class NamesTest {
    @Test
    void aKeyHasOneTo4096Bytes() {
        assertThat(new Key(Bytes.wrap(new byte[4096])).bytes().length()).isEqualTo(4096);
        assertThat(Key.of("é").bytes().length()).isEqualTo(2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Key.of(""))
                .withMessage("a key has 1 to 4096 bytes, not 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Key(Bytes.wrap(new byte[4097])))
                .withMessage("a key has 1 to 4096 bytes, not 4097");
    }

    @Test
    void keysAreInTheOrderOfTheirUnsignedBytes() {
        assertThat(List.of(Key.of("é"), Key.of("a"), Key.of("ab"), Key.of("B")).stream()
                        .sorted())
                .containsExactly(Key.of("B"), Key.of("a"), Key.of("ab"), Key.of("é"));
    }

    @Test
    void aNodesNameIsShortAndPlain() {
        assertThat(new NodeId("n-1.eu_west").name()).isEqualTo("n-1.eu_west");
        assertThat(new NodeId("a".repeat(63))).hasToString("a".repeat(63));
        for (String wrong : List.of("", "-a", ".a", "_a", "a b", "a/b", "ä", "a\n", "a".repeat(64))) {
            assertThatIllegalArgumentException().isThrownBy(() -> new NodeId(wrong));
        }
    }

    @Test
    void partitionsAreNumberedFromZero() {
        assertThat(new PartitionId(0)).isLessThan(new PartitionId(PartitionId.MAX_PARTITIONS - 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new PartitionId(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> new PartitionId(PartitionId.MAX_PARTITIONS));
    }

    @Test
    void bytesKnowTheirPrefixes() {
        assertThat(Bytes.utf8("apple").startsWith(Bytes.utf8("app"))).isTrue();
        assertThat(Bytes.utf8("apple").startsWith(Bytes.EMPTY)).isTrue();
        assertThat(Bytes.utf8("app").startsWith(Bytes.utf8("apple"))).isFalse();
        assertThat(Bytes.wrap(new byte[40]).toString()).isEqualTo("00".repeat(32) + "…");
    }
}
