package io.dotkv.kernel.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableFileTest {
    @TempDir
    private Path folder;

    @Test
    void aFileThatWasNeverWrittenIsEmpty() throws IOException {
        assertThat(file(1).read()).isEmpty();
    }

    @Test
    void theLastContentWrittenIsRead() throws IOException {
        file(1).write(new byte[] {1, 2, 3});
        file(1).write(new byte[] {4});
        assertThat(file(1).read())
                .hasValueSatisfying(content -> assertThat(content).containsExactly(4));
        try (var left = Files.list(folder.resolve("deep"))) {
            assertThat(left).hasSize(1);
        }
    }

    @Test
    void everyCutAndEveryFlippedBitIsAnErrorAndNeverAnEmptyFile() throws IOException {
        file(1).write(new byte[] {1, 2, 3});
        byte[] whole = Files.readAllBytes(path());
        for (int length = 0; length < whole.length; length++) {
            Files.write(path(), Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> file(1).read())
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("damaged");
        }
        for (int bit = 0; bit < whole.length * 8; bit++) {
            byte[] flipped = whole.clone();
            flipped[bit / 8] ^= (byte) (1 << (bit % 8));
            Files.write(path(), flipped);
            assertThatThrownBy(() -> file(1).read()).isInstanceOf(IOException.class);
        }
    }

    @Test
    void whatWasWrittenIsToldFromACopyOfItHoweverThatCameThere() throws IOException {
        file(1).write(new byte[] {1});
        Path backup = folder.resolve("backup");
        Files.copy(path(), backup, StandardCopyOption.COPY_ATTRIBUTES);
        assertThat(isCopy()).isFalse();
        for (int write = 0; write < 4; write++) {
            file(1).write(new byte[] {2});
            assertThat(isCopy()).isFalse();
            Files.write(path(), Files.readAllBytes(backup));
            assertThat(isCopy()).as("written over the file, %d", write).isTrue();
        }
        Files.delete(path());
        Files.copy(backup, path(), StandardCopyOption.COPY_ATTRIBUTES);
        assertThat(isCopy()).isTrue();
        file(1).write(new byte[] {3});
        assertThat(isCopy()).isFalse();
        Files.move(path(), folder.resolve("moved"));
        Files.move(folder.resolve("moved"), path());
        assertThat(isCopy()).as("moved, and not copied").isFalse();
    }

    private boolean isCopy() throws IOException {
        return file(1).content().orElseThrow().isCopy();
    }

    @Test
    void aFileOfAnotherFormatIsRefusedByItsVersion() throws IOException {
        file(2).write(new byte[] {1});
        assertThatThrownBy(() -> file(1).read()).hasMessageContaining("format 2");
    }

    private DurableFile file(int version) {
        return new DurableFile(path(), version);
    }

    private Path path() {
        return folder.resolve("deep").resolve("value");
    }
}
