package io.dotkv.storage.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dotkv.storage.engine.EngineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class IdentityStoreTest {
    private static final Identity IDENTITY =
            new Identity("c".repeat(32), "n1", 1, 7, List.of(3L, -9L), "5eed", "boot of the machine", true, true, 300);

    @TempDir
    private static Path folder;

    static Stream<IdentityStore> stores() {
        return Stream.of(
                new MemoryIdentityStore(),
                new FileIdentityStore(folder.resolve("fresh").resolve("identity"), false));
    }

    @ParameterizedTest
    @MethodSource("stores")
    void aStoreGivesBackWhatWasSavedLast(IdentityStore store) {
        assertThat(store.load()).isEmpty();
        store.save(IDENTITY);
        assertThat(store.load()).contains(IDENTITY);
        store.save(IDENTITY.withBehind(false));
        assertThat(store.load()).contains(IDENTITY.withBehind(false));
    }

    @Test
    void eachStepChangesOneThing() {
        assertThat(IDENTITY.withBehind(false).behind()).isFalse();
        assertThat(IDENTITY.withBehind(false).mayLoseTail()).isTrue();
        assertThat(IDENTITY.cleanlyStopped().mayLoseTail()).isFalse();
        assertThat(IDENTITY.cleanlyStopped().behind()).isTrue();
        assertThat(IDENTITY.withStorageId("other").storageId()).isEqualTo("other");
        assertThat(IDENTITY.withStorageId("5eed")).isEqualTo(IDENTITY);
    }

    @Test
    void aFileThatIsDamagedAnywhereIsRefused() throws IOException {
        Path file = folder.resolve("damaged");
        new FileIdentityStore(file, false).save(IDENTITY);
        byte[] bytes = Files.readAllBytes(file);
        for (int at = 0; at < bytes.length; at++) {
            byte[] damaged = bytes.clone();
            damaged[at] ^= 4;
            Files.write(file, damaged);
            assertThatThrownBy(() -> new FileIdentityStore(file, false).load())
                    .isInstanceOf(EngineException.class)
                    .hasMessageContaining("cannot read the identity of the data");
        }
    }
}
