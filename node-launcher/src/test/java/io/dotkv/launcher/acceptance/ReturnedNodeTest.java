package io.dotkv.launcher.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.proto.storage.v1.DescribeRequest;
import io.dotkv.proto.storage.v1.DescribeResponse;
import io.dotkv.proto.storage.v1.StorageServiceGrpc;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node that was away takes puts the moment it serves again. */
@Tag("acceptance")
final class ReturnedNodeTest {
    private static final int KEYS = Integer.getInteger("dotkv.returned.keys", 5_000);

    @TempDir
    private Path folder;

    @Test
    void aFileThatIsLoadedAgainThroughANodeThatHasJustComeBackLeavesNoSiblings() throws IOException {
        try (RunningCluster cluster = new RunningCluster(folder)) {
            RunningNode n3 = cluster.node(3);
            load(cluster.node(1), "first");
            n3.kill();
            load(cluster.node(1), "while it is away");
            n3.start().awaitServing();
            load(n3, "as it comes back");
            for (RunningNode node : cluster.nodes()) {
                DescribeResponse told = StorageServiceGrpc.newBlockingStub(node.channel())
                        .withDeadlineAfter(15, TimeUnit.SECONDS)
                        .describe(DescribeRequest.getDefaultInstance());
                assertThat(told.getConflicts())
                        .as("siblings on %s", node.name())
                        .isZero();
            }
        }
    }

    private void load(RunningNode node, String value) throws IOException {
        List<String> lines = IntStream.range(0, KEYS)
                .mapToObj(number -> "key" + number + "\t" + value)
                .toList();
        Path file = Files.write(folder.resolve("lines.tsv"), lines);
        Path said = folder.resolve("load.log");
        assertThat(Program.run(said, said, "load", "--endpoint", node.endpoint(), file.toString()))
                .as(() -> Program.tail(said))
                .isZero();
    }
}
