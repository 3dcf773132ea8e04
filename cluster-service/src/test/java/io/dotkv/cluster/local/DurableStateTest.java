package io.dotkv.cluster.local;

import static io.dotkv.cluster.MemberTest.member;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dotkv.cluster.ClusterStore.Document;
import io.dotkv.cluster.ClusterStore.Saved;
import io.dotkv.cluster.Health;
import io.dotkv.cluster.bootstrap.Promise;
import io.dotkv.cluster.bootstrap.Promises;
import io.dotkv.cluster.layout.Formation;
import io.dotkv.cluster.system.FileClusterStore;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.encoding.MalformedException;
import io.dotkv.kernel.ports.RandomSource;
import io.dotkv.kernel.ports.SeededRandom;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableStateTest {
    private static final List<NodeId> FOUNDERS = List.of(new NodeId("a"), new NodeId("b"));
    private static final DurableState STATE = new DurableState(
            "ff",
            7,
            3,
            Optional.of(Formation.first(
                    "0123456789abcdef".repeat(2), Bytes.wrap(new byte[32]), FOUNDERS, List.of("aa", "bb"), 16, 2)),
            new Promises(List.of(new Promise(new NodeId("a"), "aa", "0".repeat(32), FOUNDERS))),
            List.of(member("b", 4, Health.DEAD, "bb", 2)));

    @TempDir
    private Path folder;

    @Test
    void whatWasEncodedIsDecoded() throws MalformedException {
        DurableState nothing = new DurableState("ff", 1, 0, Optional.empty(), Promises.NONE, List.of());
        assertThat(DurableState.decode(STATE.encode())).isEqualTo(STATE);
        assertThat(DurableState.decode(nothing.encode())).isEqualTo(nothing);
    }

    @Test
    void damagedStatesAreRefusedAndNeverCrash() {
        byte[] whole = STATE.encode().array();
        RandomSource random = new SeededRandom(1);
        for (int length = 0; length < whole.length; length++) {
            Bytes cut = Bytes.wrap(Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> DurableState.decode(cut)).isInstanceOf(MalformedException.class);
        }
        for (int i = 0; i < 20_000; i++) {
            byte[] flipped = whole.clone();
            flipped[random.nextInt(whole.length)] ^= (byte) (1 << random.nextInt(8));
            assertThatCode(() -> decodeOrRefuse(flipped)).doesNotThrowAnyException();
        }
    }

    private static void decodeOrRefuse(byte[] bytes) {
        try {
            DurableState decoded = DurableState.decode(Bytes.wrap(bytes));
            assertThat(decoded).isNotNull();
        } catch (MalformedException e) {
            assertThat(e).hasMessageContaining("");
        }
    }

    @Test
    void theFileKeepsTheStateAndADamagedFileIsAnError() throws IOException {
        FileClusterStore store = new FileClusterStore(folder, false);
        for (Document document : Document.values()) {
            assertThat(store.load(document)).isEmpty();
            store.save(document, STATE.encode());
            assertThat(new FileClusterStore(folder, false).load(document)).contains(new Saved(STATE.encode(), false));
        }
        Path file = folder.resolve("cluster.members");
        byte[] bytes = Files.readAllBytes(file);
        Files.delete(file);
        Files.write(file, bytes);
        assertThat(new FileClusterStore(folder, false).load(Document.MEMBERS))
                .contains(new Saved(STATE.encode(), true));
        assertThat(new FileClusterStore(folder, true).load(Document.MEMBERS))
                .contains(new Saved(STATE.encode(), false));
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
        assertThatThrownBy(() -> new FileClusterStore(folder, false).load(Document.MEMBERS))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("damaged");
    }
}
