package io.dotkv.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ArgumentsTest {
    private static final byte[] LATIN_K = {'k', (byte) 0xE4};

    @Test
    void whatTheLocaleSpoiltIsReadAgainFromTheBytes() throws Exception {
        List<String> decoded = List.of("put", "k��se", "v");
        assertThat(Arguments.asTyped(decoded, commandLine("java", "-cp", "x", "Dotkv", "put", "käse", "v")))
                .containsExactly("put", "käse", "v");
    }

    @Test
    void bytesThatAreNotUtf8AreRefusedAndShown() {
        assertThatThrownBy(() -> Arguments.asTyped(List.of("put", "k�"), Optional.of(joined(bytes("put"), LATIN_K))))
                .isInstanceOf(Arguments.NotText.class)
                .hasMessageStartingWith("argument 2, k\\xe4, is not UTF-8.")
                .hasMessageContaining("--raw-key hex");
    }

    @Test
    void aReplacementCharacterThatWasTypedIsTaken() throws Exception {
        assertThat(Arguments.asTyped(List.of("put", "�"), commandLine("java", "put", "�")))
                .containsExactly("put", "�");
    }

    @Test
    void whereTheBytesAreNotShownAReplacementCharacterIsRefused() throws Exception {
        assertThatThrownBy(() -> Arguments.asTyped(List.of("k�"), Optional.empty()))
                .isInstanceOf(Arguments.NotText.class);
        assertThat(Arguments.asTyped(List.of("käse"), Optional.empty())).containsExactly("käse");
    }

    @Test
    void aCommandLineWithOtherArgumentsIsNotBelieved() throws Exception {
        assertThat(Arguments.asTyped(List.of("put", "käse"), commandLine("java", "@arguments")))
                .containsExactly("put", "käse");
        assertThat(Arguments.asTyped(List.of("put", "käse"), commandLine("java", "get", "wörter")))
                .containsExactly("put", "käse");
    }

    private static Optional<byte[]> commandLine(String... parts) {
        return Optional.of(
                joined(List.of(parts).stream().map(ArgumentsTest::bytes).toArray(byte[][]::new)));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            joined.writeBytes(part);
            joined.write(0);
        }
        return joined.toByteArray();
    }
}
