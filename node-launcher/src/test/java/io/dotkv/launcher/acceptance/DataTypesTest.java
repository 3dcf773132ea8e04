package io.dotkv.launcher.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.proto.replication.v1.Consistency;
import io.dotkv.proto.replication.v1.Content;
import io.dotkv.proto.replication.v1.CounterChange;
import io.dotkv.proto.replication.v1.FieldChange;
import io.dotkv.proto.replication.v1.MapChange;
import io.dotkv.proto.replication.v1.ReadRequest;
import io.dotkv.proto.replication.v1.SetChange;
import io.dotkv.proto.replication.v1.UpdateRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Data types on three processes. */
@Tag("acceptance")
final class DataTypesTest {
    private static final int CLIENTS = 6;
    private static final int ROUNDS = 50;

    @TempDir
    private static Path folder;

    private static RunningCluster cluster;

    @BeforeAll
    static void startThree() {
        cluster = new RunningCluster(folder);
    }

    @AfterAll
    static void stopAll() {
        cluster.close();
    }

    @Test
    void additionsThroughAllNodesAtOnceSumUpAndRetriesCountOnce() throws Exception {
        try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
            List<Future<?>> all = new ArrayList<>();
            for (int client = 0; client < CLIENTS; client++) {
                int number = client;
                all.add(clients.submit(() -> count(number)));
            }
            for (Future<?> each : all) {
                each.get();
            }
        }
        for (RunningNode node : cluster.nodes()) {
            Content content = read(node, "views", Consistency.QUORUM);
            assertThat(content.getCounter().getValue()).as("on %s", node.name()).isEqualTo(CLIENTS * ROUNDS);
            assertThat(content.getSet().getElementsCount()).isEqualTo(CLIENTS);
        }
    }

    /** Every update is sent twice, through two nodes. */
    private static void count(int client) {
        for (int round = 0; round < ROUNDS; round++) {
            UpdateRequest update = UpdateRequest.newBuilder()
                    .setKey("views")
                    .setCounter(CounterChange.newBuilder().setAdd(1))
                    .setSet(SetChange.newBuilder().addAdd("client " + client))
                    .setRequestId(client + "-" + round)
                    .setConsistency(Consistency.ALL)
                    .build();
            for (int attempt = 0; attempt < 2; attempt++) {
                cluster.node(1 + (client + attempt) % 3).replication().update(update);
            }
        }
    }

    @Test
    void whatAReplicaMissedReachesItAndARestartKeepsAll() {
        update(1, nested(1));
        cluster.node(3).kill();
        update(2, nested(10));
        update(1, nested(100));
        cluster.node(3).start().awaitServing();
        Until.isTrue(
                Duration.ofSeconds(30),
                "n3 has it all",
                () -> visits(read(cluster.node(3), "user", Consistency.ONE)) == 111);
        update(3, nested(1000));
        assertThat(visits(read(cluster.node(1), "user", Consistency.ALL))).isEqualTo(1111);
    }

    private static UpdateRequest nested(long amount) {
        return UpdateRequest.newBuilder()
                .setKey("user")
                .setMap(MapChange.newBuilder()
                        .putFields(
                                "visits",
                                FieldChange.newBuilder()
                                        .setCounter(CounterChange.newBuilder().setAdd(amount))
                                        .build()))
                .build();
    }

    private static long visits(Content content) {
        return content.getMap()
                .getFieldsOrDefault("visits", Content.getDefaultInstance())
                .getCounter()
                .getValue();
    }

    @Test
    void theCommandsSayWhatTheyDid() throws IOException {
        assertThat(dotkv("update", "cart", "set", "add", "apples", "pears")).contains("updated", "cart", "on ");
        assertThat(dotkv("update", "cart", "set", "remove", "pears")).contains("updated");
        assertThat(dotkv("update", "cart", "counter", "add", "--field", "visits"))
                .contains("updated");
        assertThat(dotkv("read", "cart"))
                .containsPattern("set +apples")
                .containsPattern("visits counter +1")
                .doesNotContain("pears");
    }

    private static String dotkv(String... arguments) throws IOException {
        Path output = Files.createTempFile(folder, "output", "");
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--endpoint", cluster.node(1).endpoint()));
        assertThat(Program.run(output, output, all.toArray(new String[0]))).isZero();
        return Files.readString(output);
    }

    private static void update(int node, UpdateRequest request) {
        cluster.node(node).replication().update(request);
    }

    private static Content read(RunningNode node, String key, Consistency level) {
        return node.replication()
                .read(ReadRequest.newBuilder().setKey(key).setConsistency(level).build())
                .getContent();
    }
}
