package io.dotkv.launcher.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dotkv.storage.identity.FileIdentityStore;
import io.dotkv.storage.identity.Identity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

class NodeCommandTest {
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

    private void dataOf(String node) {
        new FileIdentityStore(NodeSettings.identityIn(data), false)
                .save(new Identity("cluster", node, 1, 1, List.of(1L), "storage", "machine", false, false, 1));
    }

    @Test
    void aNodeWithoutDataIsNamedByItsPort() {
        assertThat(settings().name().name()).isEqualTo("n3906");
    }

    @Test
    void aNodeThatListensElsewhereKeepsTheNameThatItsDataHas() {
        dataOf("n3905");
        assertThat(settings().name().name()).isEqualTo("n3905");
        assertThat(settings("--name", "n3905").name().name()).isEqualTo("n3905");
    }

    @Test
    void aNodeOfAnotherNameIsNotGivenTheData() {
        dataOf("n3905");
        assertThatThrownBy(() -> settings("--name", "n2"))
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining("this storage works for node n3905 and was asked to work for node n2");
    }

    @Test
    void aStorageAloneIsNotNamedByTheNodeThatItWorksFor() {
        dataOf("m1");
        assertThat(settings("--services", "storage", "--name", "s1").name().name())
                .isEqualTo("s1");
    }

    @Test
    void aNodeThatCannotListenLeavesNoDataBehind() throws IOException {
        Path fresh = data.resolve("fresh");
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            String listen = "127.0.0.1:" + taken.getLocalPort();
            CommandLine command = new CommandLine(new NodeCommand()).setCaseInsensitiveEnumValuesAllowed(true);
            assertThat(command.execute("--listen", listen, "--data", fresh.toString()))
                    .isEqualTo(7);
        }
        assertThat(fresh).doesNotExist();
    }
}
