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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

class NodeCommandTest {
    @TempDir
    private Path data = Path.of("");

    private NodeSettings settings(String... options) {
        NodeCommand node = new NodeCommand();
        CommandLine command =
                new CommandLine(node).setCaseInsensitiveEnumValuesAllowed(true).setOverwrittenOptionsAllowed(true);
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
                .hasMessageContaining("this storage belongs to node n3905 and was assigned to node n2");
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

    @ParameterizedTest
    @CsvSource({
        "localhost:1, localhost:1",
        "127.0.0.1:1, 127.0.0.1:1",
        "[::1]:1, [::1]:1",
        "n1.example:1, n1.example:1",
        "0.0.0.0:1, localhost:1",
        "[::]:1, localhost:1",
        "*:1, localhost:1"
    })
    void aNodeOnItsOwnIsReachedWhereItListens(String listen, String reached) {
        assertThat(settings("--listen", listen).advertise()).hasToString(reached);
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost:1", "127.0.0.1:1", "[::1]:1", "n1.example:1"})
    void anyAddressAndNameCanBeAdvertisedOfANodeThatListensOnAll(String advertise) {
        for (String listen : List.of("0.0.0.0:1", "[::]:1", "*:1", "127.0.0.1:1", "[::1]:1", "localhost:1")) {
            String[] options = {"--listen", listen, "--advertise", advertise, "--seeds", advertise, "--expect", "1"};
            assertThat(settings(options).advertise()).hasToString(advertise);
            assertThat(settings(options).seeds()).containsExactly(advertise);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0:1", "[::]:1", "*:1", "localhost:0"})
    void whatNobodyCanConnectToIsNeitherAdvertisedNorASeedNorALayer(String address) {
        for (String option : List.of("--advertise", "--storage", "--gossip", "--cluster")) {
            assertThatThrownBy(() -> settings(option, address))
                    .isInstanceOf(ParameterException.class)
                    .hasMessageContaining("'" + address + "'");
        }
        assertThatThrownBy(() -> settings("--seeds", "localhost:1," + address, "--expect", "2"))
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining("'" + address + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0:1", "[::]:1", "*:1", "localhost:0"})
    void aMemberSaysWhereTheOthersReachIt(String listen) {
        assertThatThrownBy(() -> settings("--listen", listen, "--seeds", "localhost:2", "--expect", "2"))
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining("--listen " + listen);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--listen", "--advertise", "--seeds", "--storage", "--gossip", "--cluster"})
    void anIpv6AddressWithoutBracketsIsRefusedWithASentenceThatShowsThem(String option) {
        assertThatThrownBy(() -> settings(option, "::1:3001", "--expect", "1"))
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining("an IPv6 address stands in brackets: [::1]:3001");
    }
}
