package io.dotkv.launcher.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import io.dotkv.replication.ReplicationStatus;
import io.dotkv.replication.local.LocalReplication;
import io.dotkv.storage.engine.EngineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What a node makes of its data folder at a start, with all of its layers and real files, in this process. */
@Tag("integration")
class DataFolderTest {
    private static final List<String> SMALL_FILES = List.of(
            "cluster/cluster.members",
            "cluster/cluster.agreed",
            "cluster/cluster.acceptor",
            "gossip.generation",
            "storage/identity");

    /** Without these a node can go on: others tell it what was agreed on, and generations follow the clock. */
    private static final List<String> DISPENSABLE = List.of("cluster/cluster.agreed", "gossip.generation");

    @TempDir
    private Path data = Path.of("");

    private NodeSettings settings(String... options) {
        NodeCommand node = new NodeCommand();
        CommandLine command = new CommandLine(node).setCaseInsensitiveEnumValuesAllowed(true);
        List<String> all = new ArrayList<>(List.of("--data", data.toString(), "--listen", "localhost:3906"));
        all.addAll(List.of(options));
        command.parseArgs(all.toArray(String[]::new));
        return node.settings();
    }

    /** A start of a cluster of one, up to the point where its layers are built. */
    private static final class Started implements AutoCloseable {
        private final Ports ports;
        private final Layers layers;

        Started(NodeSettings settings) throws IOException {
            DataFolder.prepare(settings);
            ports = new Ports(1, settings.wireCompression());
            layers = new Layers(settings, ports, failure -> {});
            try {
                layers.build();
            } catch (IOException | EngineException e) {
                close();
                throw e;
            }
        }

        Started work() {
            layers.start();
            LocalReplication replication = Objects.requireNonNull(layers.replication());
            for (int tries = 0; tries < 6_000; tries++) {
                ReplicationStatus status = replication.status();
                if (status.ready() && status.enlisted()) {
                    return this;
                }
                LockSupport.parkNanos(10_000_000);
            }
            return fail("it does not begin to work");
        }

        @Override
        public void close() {
            layers.leave();
            layers.close();
            ports.close();
        }
    }

    @Test
    void eachSmallFileThatIsLostEmptyZeroedOrHalvedEndsTheStartWithASentence() throws IOException {
        new Started(settings()).work().close();
        Map<String, UnaryOperator<byte[]>> damages = new TreeMap<>(Map.of(
                "empty", content -> new byte[0],
                "zeroed", content -> new byte[content.length],
                "halved", content -> Arrays.copyOf(content, content.length / 2)));
        for (String name : SMALL_FILES) {
            Path file = data.resolve(name);
            byte[] content = Files.readAllBytes(file);
            for (Map.Entry<String, UnaryOperator<byte[]>> damage : damages.entrySet()) {
                Files.write(file, damage.getValue().apply(content));
                assertThatThrownBy(() -> new Started(settings()))
                        .as("%s %s", name, damage.getKey())
                        .isInstanceOfAny(IOException.class, EngineException.class)
                        .hasMessageContaining(name)
                        .hasMessageContaining("is damaged")
                        .hasMessageContaining("away");
                assertThat(Files.size(file))
                        .as("left as it was")
                        .isEqualTo(damage.getValue().apply(content).length);
            }
            Files.delete(file);
            if (!DISPENSABLE.contains(name)) {
                assertThatThrownBy(() -> new Started(settings()))
                        .as("%s lost", name)
                        .isInstanceOfAny(IOException.class, EngineException.class)
                        .hasMessageContaining("away");
            }
            Files.write(file, content);
        }
        new Started(settings()).work().close();
        for (String name : DISPENSABLE) {
            Files.delete(data.resolve(name));
            new Started(settings()).work().close();
        }
    }

    @Test
    void aFolderOfOneEngineIsRefusedToAnotherBeforeAnythingIsTouched() throws IOException {
        new Started(settings()).work().close();
        Map<Path, Long> before = files();
        assertThatThrownBy(() -> new Started(settings("--engine", "memory")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("belongs to a node with --engine rocksdb")
                .hasMessageContaining("DOTKV_ENGINE");
        assertThat(files()).isEqualTo(before);
        new Started(settings()).work().close();
    }

    @Test
    void aNodeInMemoryStartsEmptyAgainAndItsFolderIsRefusedToTheEngineOnDisk() throws IOException {
        for (int start = 0; start < 3; start++) {
            new Started(settings("--engine", "memory")).work().close();
        }
        Map<Path, Long> before = files();
        assertThatThrownBy(() -> new Started(settings()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("belongs to a node with --engine memory");
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void othersCannotReadWhatANodeHasMadeAlsoIfTheyCouldBefore() throws IOException {
        new Started(settings()).work().close();
        Path members = data.resolve("cluster/cluster.members");
        Files.setPosixFilePermissions(members, PosixFilePermissions.fromString("rw-r--r--"));
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxr-xr-x"));
        new Started(settings()).close();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data)))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(members)))
                .isEqualTo("rw-------");
    }

    private Map<Path, Long> files() throws IOException {
        Map<Path, Long> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(data)) {
            for (Path path : all.toList()) {
                files.put(path, Files.getLastModifiedTime(path).toMillis());
            }
        }
        return files;
    }
}
