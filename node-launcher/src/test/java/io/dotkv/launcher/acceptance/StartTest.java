package io.dotkv.launcher.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.proto.replication.v1.Consistency;
import io.dotkv.proto.replication.v1.GetRequest;
import io.dotkv.proto.replication.v1.PutRequest;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starts on data folders that are not what they should be, with real processes. */
@Tag("acceptance")
final class StartTest {
    private static final String KEY = "cart";

    @TempDir
    private Path folder;

    @Test
    void aProcessOnACopyOfARunningNodesFolderEndsWithASentenceAndHarmsNobody() throws IOException {
        try (RunningCluster cluster = new RunningCluster(folder)) {
            put(cluster.node(1), "apples");
            copy(folder.resolve("n1"), folder.resolve("copy/n1"));
            String seeds = cluster.nodes().stream().map(RunningNode::endpoint).collect(Collectors.joining(","));
            try (RunningNode copy = new RunningNode(
                    "n1", RunningNode.freePort(), folder.resolve("copy"), "--seeds", seeds, "--expect", "3")) {
                copy.start();
                Until.isTrue(Duration.ofSeconds(60), "the copy has ended", () -> !copy.isAlive());
                assertThat(copy.logTail()).contains("the name n1 is taken").contains("copies of one data folder");
            }
            for (RunningNode node : cluster.nodes()) {
                assertThat(node.isAlive()).isTrue();
                put(node, "pears of " + node.name());
                assertThat(get(node)).isEqualTo("pears of " + node.name());
            }
        }
    }

    @Test
    void threeNodesInMemoryThatAreStartedAgainAtOnceAreEmptyAndWork() {
        try (RunningCluster cluster = new RunningCluster(folder, "--engine", "memory")) {
            put(cluster.node(1), "apples");
            cluster.nodes().forEach(RunningNode::kill);
            cluster.nodes().forEach(RunningNode::start);
            cluster.nodes().forEach(RunningNode::awaitServing);
            put(cluster.node(2), "pears");
            assertThat(get(cluster.node(3))).isEqualTo("pears");
        }
    }

    @Test
    void aStartOnAnEmptyFolderTellsTheBootOnceAndAlarmsNobody() throws IOException {
        Files.createDirectory(folder.resolve("n1"));
        try (RunningNode node = new RunningNode("n1", RunningNode.freePort(), folder)) {
            List<String> lines = node.start().awaitServing().logLines();
            assertThat(lines.stream().filter(line -> line.contains("actor 1.1")))
                    .hasSize(1);
            assertThat(lines).noneMatch(line -> line.contains("WARN") || line.contains("had access"));
        }
    }

    /** Again and again, since a node that was just started may have to catch up first. */
    private static void put(RunningNode node, String value) {
        Until.isTrue(Duration.ofSeconds(60), node.name() + " takes a put", () -> {
            try {
                var _ = node.replication()
                        .put(PutRequest.newBuilder()
                                .setKey(KEY)
                                .setValue(value)
                                .setConsistency(Consistency.ALL)
                                .build());
                return true;
            } catch (StatusRuntimeException e) {
                return false;
            }
        });
    }

    /** Again and again, for the same reason. */
    private static String get(RunningNode node) {
        List<String> values = new ArrayList<>();
        Until.isTrue(Duration.ofSeconds(60), node.name() + " answers a get", () -> {
            try {
                values.add(node.replication()
                        .get(GetRequest.newBuilder().setKey(KEY).build())
                        .getValues(0)
                        .getValue());
                return true;
            } catch (StatusRuntimeException e) {
                return false;
            }
        });
        return values.getFirst();
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : List.copyOf(files.toList())) {
                Path target = to.resolve(from.relativize(file));
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }
}
