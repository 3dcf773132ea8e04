package io.dotkv.launcher.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.proto.replication.v1.Consistency;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes whose process may open few files, and clients that want all of them. */
@Tag("acceptance")
class CrowdedNodeTest {
    private static final int FILES = 256;
    private static final int STRANGERS = 400;
    private static final byte[] PREFACE =
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0".getBytes(StandardCharsets.ISO_8859_1);

    @TempDir
    private Path folder = Path.of("");

    private final List<Socket> strangers = new ArrayList<>();

    /** Idle connections, every other one of which has begun to speak gRPC. */
    private void connectStrangers(RunningNode node) throws IOException {
        for (int stranger = 0; stranger < STRANGERS; stranger++) {
            Socket socket = new Socket(InetAddress.getByName("localhost"), node.port());
            strangers.add(socket);
            if (stranger % 2 == 0) {
                try {
                    socket.getOutputStream().write(PREFACE);
                } catch (IOException refused) {
                    // The bound is reached.
                }
            }
        }
    }

    private List<RunningNode> startThree() {
        List<Integer> ports = List.of(RunningNode.freePort(), RunningNode.freePort(), RunningNode.freePort());
        String seeds = ports.stream().map(port -> "localhost:" + port).collect(Collectors.joining(","));
        List<RunningNode> nodes = new ArrayList<>();
        for (int index = 0; index < ports.size(); index++) {
            nodes.add(new RunningNode("n" + (index + 1), ports.get(index), folder, "--seeds", seeds, "--expect", "3"));
        }
        nodes.forEach(node -> node.startWithFiles(FILES));
        nodes.forEach(RunningNode::awaitServing);
        return nodes;
    }

    private static boolean takesAtAll(RunningNode node, String key) {
        try {
            Calls.put(node, key, "value", "", Consistency.ALL);
            return true;
        } catch (StatusRuntimeException e) {
            return false;
        }
    }

    @Test
    void idleConnectionsTakeNeitherTheFilesOfANodeNorThePlacesOfItsPeersAndClients() throws IOException {
        List<RunningNode> nodes = startThree();
        try {
            RunningNode crowded = nodes.getFirst();
            connectStrangers(crowded);
            Until.isTrue(
                    Duration.ofSeconds(30),
                    "a put at ALL through the other node",
                    () -> takesAtAll(nodes.get(1), "peers"));

            nodes.get(2).kill();
            nodes.get(2).startWithFiles(FILES).awaitServing();
            Until.isTrue(
                    Duration.ofSeconds(60),
                    "a put at ALL when a peer has connected anew",
                    () -> takesAtAll(nodes.get(1), "again"));
            Until.isTrue(Duration.ofSeconds(60), "a client reaches the crowded node", () -> takesAtAll(crowded, "own"));

            assertThat(crowded.isAlive()).isTrue();
            assertThat(crowded.logLines())
                    .filteredOn(line -> line.contains("Turned away"))
                    .hasSizeBetween(1, 5)
                    .anyMatch(line -> line.contains("over the connection limit"));
        } finally {
            nodes.forEach(RunningNode::close);
            for (Socket stranger : strangers) {
                stranger.close();
            }
        }
    }

    @Test
    void aProcessThatMayOpenTooFewFilesSaysSoAndEnds() {
        try (RunningNode node = new RunningNode("n1", RunningNode.freePort(), folder)) {
            node.startWithFiles(100);
            Until.isTrue(Duration.ofSeconds(60), "the node ends", () -> !node.isAlive());
            assertThat(node.logTail()).contains("the process may open only 100 files, and needs 192. Raise ulimit -n");
        }
    }
}
