package io.dotkv.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.PartitionId;
import io.dotkv.kernel.Row;
import io.dotkv.kernel.encoding.ByteWriter;
import io.dotkv.kernel.encoding.Encoding;
import io.dotkv.kernel.ports.Clock;
import io.dotkv.kernel.ports.Scheduler;
import io.dotkv.kernel.ports.SeededRandom;
import io.dotkv.kernel.testkit.Samples;
import io.dotkv.replication.world.World;
import io.dotkv.replication.world.World.Node;
import io.dotkv.storage.Digests;
import io.dotkv.storage.Outcome;
import io.dotkv.storage.PartitionClock;
import io.dotkv.storage.Partitioning;
import io.dotkv.storage.Refusal;
import io.dotkv.storage.Requests;
import io.dotkv.storage.Storage;
import io.dotkv.storage.engine.Engine;
import io.dotkv.storage.identity.FileIdentityStore;
import io.dotkv.storage.local.LocalStorage;
import io.dotkv.storage.local.StoragePorts;
import io.dotkv.storage.local.StorageSettings;
import io.dotkv.storage.rocksdb.RocksEngine;
import io.dotkv.storage.rocksdb.RocksSettings;
import io.dotkv.storage.simulated.ScheduledWorkers;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three nodes on real RocksDB files that are really damaged: the scrub finds it, it is mended, and nothing is deleted
 * elsewhere.
 */
@Tag("simulation")
class DamagedDisksTest {
    private static final int PARTITIONS = 4;
    private static final int KEYS = 40;
    private static final String CART = "cart";

    @TempDir
    private Path folder;

    private final Map<NodeId, Engine> engines = new TreeMap<>();
    private UnaryOperator<Storage> tampering = storage -> storage;
    private World world = new World(new SeededRandom(0), 1, 1);
    private final SeededRandom random = new SeededRandom(5);
    private Bytes value = Bytes.EMPTY;

    /** Three nodes, on which some keys and a large one are everywhere and in files. */
    private void start() {
        world = new World(new SeededRandom(7), 3, PARTITIONS, Optional.of(this::open));
        for (int key = 0; key < KEYS; key++) {
            put("key " + key, Bytes.wrap(Samples.array(random, 5_000)));
        }
        value = Bytes.wrap(Samples.array(random, 50_000));
        put(CART, value);
        for (Node node : world.nodes()) {
            restart(node, () -> {});
        }
        settle();
    }

    private Storage open(NodeId node, Clock clock, Scheduler process) {
        Path home = folder.resolve(node.name());
        Engine engine = RocksEngine.open(
                new RocksSettings(home.resolve("engine"), 8 << 20, 8 << 20, RocksSettings.Compression.NONE));
        engines.put(node, engine);
        return tampering.apply(new LocalStorage(
                engine,
                new FileIdentityStore(home.resolve("identity"), false),
                StorageSettings.defaults(StorageSettings.Durability.SYNC, 2),
                new StoragePorts(
                        clock,
                        new SeededRandom(random.nextLong()),
                        "boot",
                        new ScheduledWorkers(process, ScheduledWorkers.Pace.of(300_000, 100_000)),
                        failure -> {})));
    }

    @AfterEach
    void stop() {
        for (Node node : world.nodes()) {
            if (node.isUp()) {
                node.offered().close();
            }
        }
    }

    private void put(String key, Bytes payload) {
        WriteResult result = world.await(world.node(0)
                .replication()
                .write(world.write(key, Optional.of(payload), Optional.empty(), Consistency.ALL, "put " + key)));
        assertThat(result).isInstanceOf(WriteResult.Applied.class);
    }

    private void settle() {
        world.time().runFor(20_000 * World.MILLIS);
    }

    /** Something done to the files of a stopped node. */
    private interface Deed {
        void run() throws IOException;
    }

    private void restart(Node node, Deed meanwhile) {
        node.offered().close();
        node.crash();
        try {
            meanwhile.run();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        node.start();
        settle();
    }

    private ScrubReport scrub(Node node) {
        ScrubResult result = world.await(node.replication().scrub(new ScrubJob(Set.of(), 0), soFar -> true));
        assertThat(result).isInstanceOf(ScrubResult.Done.class);
        return ((ScrubResult.Done) result).report();
    }

    private Row row(Node node, String key) {
        Outcome<Row> outcome = world.await(node.offered().read(new Requests.Read(1, Key.of(key), world.in(1000))));
        assertThat(outcome).as("the row of %s at %s", key, node.id()).isInstanceOf(Outcome.Done.class);
        return ((Outcome.Done<Row>) outcome).value();
    }

    private void assertAllIsEqualEverywhere(Bytes... ofCart) {
        for (Node node : world.nodes()) {
            for (int key = 0; key < KEYS; key++) {
                assertThat(row(node, "key " + key).leaves()).hasSize(1);
                assertThat(row(node, "key " + key).leaves())
                        .isEqualTo(row(world.node(0), "key " + key).leaves());
            }
            assertThat(row(node, CART).leaves().stream().map(Leaf::payload)).containsExactlyInAnyOrder(ofCart);
            assertThat(row(node, CART).leaves())
                    .isEqualTo(row(world.node(0), CART).leaves());
        }
        ScrubReport after = scrub(world.node(1));
        assertThat(after.isDamageFound()).as(after.toString()).isFalse();
        assertThat(after.partitionsNotCompared()).isZero();
    }

    /** Where the engine has the row of the cart. */
    private static byte[] place() {
        Key key = Key.of(CART);
        PartitionId partition = new Partitioning(PARTITIONS).partitionOf(key);
        ByteWriter place = new ByteWriter(16);
        place.writeByte((byte) (partition.number() >>> 8));
        place.writeByte((byte) partition.number());
        place.writeByte((byte) 1);
        place.writeRaw(key.bytes().array());
        return place.toByteArray();
    }

    private Engine engine(Node node) {
        return Objects.requireNonNull(engines.get(node.id()));
    }

    private void overwrite(Node node, byte[] row) {
        try (Engine.Batch batch = engine(node).newBatch()) {
            batch.put(place(), row);
            engine(node).write(batch, true);
        }
    }

    /** Flips a bit in every file of the node that has this part of the cart's value. */
    private void flip(Node node) throws IOException {
        byte[] part = Arrays.copyOfRange(value.array(), 25_000, 25_100);
        int flipped = 0;
        try (Stream<Path> files = Files.list(folder.resolve(node.id().name()).resolve("engine"))) {
            for (Path file :
                    files.filter(any -> any.toString().endsWith(".sst")).toList()) {
                byte[] bytes = Files.readAllBytes(file);
                String text = new String(bytes, StandardCharsets.ISO_8859_1);
                int at = text.indexOf(new String(part, StandardCharsets.ISO_8859_1));
                if (at >= 0) {
                    bytes[at] ^= 1;
                    Files.write(file, bytes);
                    flipped++;
                }
            }
        }
        assertThat(flipped).isPositive();
    }

    @Test
    void anUndamagedClusterHasNoDifferences() {
        start();
        ScrubReport report = scrub(world.node(2));
        assertThat(report.isDamageFound()).isFalse();
        assertThat(report.partitionsDone()).isEqualTo(PARTITIONS);
        assertThat(report.partitionsNotCompared()).isZero();
        assertThat(report.rows()).isEqualTo(KEYS + 1);
        assertThat(report.bytes()).isGreaterThan(KEYS * 5_000);
        assertThat(report.findings()).isEmpty();
    }

    @Test
    void aByteFlippedInAFileIsFoundByTheScrubAndMendedByTheNextStartOfItsNode() {
        start();
        Node cyd = world.node(2);
        restart(cyd, () -> flip(cyd));
        ScrubReport found = scrub(world.node(0));
        assertThat(found.unreadable()).isEqualTo(1);
        assertThat(found.isAllMended()).isFalse();
        assertThat(found.findings())
                .anySatisfy(finding -> assertThat(finding.sentence()).contains("a part of the files of c"));
        restart(cyd, () -> {});
        assertThat(folder.resolve("c/engine.damaged-1")).isDirectory();
        assertAllIsEqualEverywhere(value);
    }

    @Test
    void aKeyInADamagedBlockIsServedAgainBeforeAnythingIsRestarted() {
        start();
        Node cyd = world.node(2);
        restart(cyd, () -> flip(cyd));
        assertThat(world.await(cyd.offered().read(new Requests.Read(1, Key.of(CART), world.in(1000)))))
                .isInstanceOf(Outcome.Refused.class);
        settle();
        assertThat(row(cyd, CART).leaves()).isEqualTo(row(world.node(0), CART).leaves());
        assertThat(cyd.replication().status().care().rowsMended()).isEqualTo(1);
    }

    @Test
    void aRowThatFailsItsChecksumIsFoundByTheScrubOfAnotherNodeAndReplaced() {
        start();
        rowThatFailsItsChecksum();
    }

    private void rowThatFailsItsChecksum() {
        overwrite(world.node(2), new byte[] {7});
        ScrubReport report = scrub(world.node(0));
        assertThat(report.damagedRows()).isEqualTo(1);
        assertThat(report.isAllMended()).as(report.toString()).isTrue();
        assertAllIsEqualEverywhere(value);
    }

    /** Scenario 26. */
    @Test
    void aValueThatHasChangedSilentlyIsKeptBesideTheOtherOneOnAllNodes() {
        start();
        changedSilently();
    }

    private void changedSilently() {
        Leaf leaf = row(world.node(2), CART).leaves().getFirst();
        Bytes rotten = Bytes.utf8("not what was written");
        overwrite(
                world.node(2),
                Encoding.encodeRow(
                        new Row(List.of(new Leaf(leaf.dot(), leaf.path(), leaf.time(), rotten)), DotSet.EMPTY)));
        ScrubReport report = scrub(world.node(0));
        assertThat(report.differences()).isEqualTo(1);
        assertThat(report.isAllMended()).as(report.toString()).isTrue();
        settle();
        assertAllIsEqualEverywhere(value, rotten);
    }

    /** Scenario 26. */
    @Test
    void aRowThatHasVanishedSilentlyComesBackAsANewWrite() {
        start();
        try (Engine.Batch batch = engine(world.node(2)).newBatch()) {
            batch.delete(place());
            engine(world.node(2)).write(batch, true);
        }
        ScrubReport report = scrub(world.node(2));
        assertThat(report.differences()).isEqualTo(1);
        assertThat(report.isAllMended()).as(report.toString()).isTrue();
        settle();
        assertAllIsEqualEverywhere(value);
    }

    @Test
    void whatIsWrittenDuringAScrubIsNoDifference() {
        start();
        CompletionStage<ScrubResult> scrub =
                world.node(0).replication().scrub(new ScrubJob(Set.of(), 20_000), soFar -> true);
        for (int round = 0; round < 20; round++) {
            for (int key = 0; key < KEYS; key += 3) {
                Node through = world.node((round + key) % 3);
                var _ = through.replication()
                        .write(world.write(
                                "key " + key,
                                Optional.of(Bytes.utf8("round " + round)),
                                Optional.empty(),
                                Consistency.ONE,
                                "r" + round + " " + key));
            }
            world.time().runFor(1_000 * World.MILLIS);
        }
        ScrubReport report = ((ScrubResult.Done) world.await(scrub)).report();
        assertThat(report.isDamageFound()).as(report.toString()).isFalse();
    }

    @Test
    void theBackgroundScrubFindsItWithinItsPeriod() {
        start();
        overwrite(world.node(2), new byte[] {7});
        world.time().runUntil(() -> rowsMended() > 0, 8 * 86_400_000L * World.MILLIS);
        assertThat(rowsMended()).isEqualTo(1);
        assertThat(row(world.node(2), CART).leaves())
                .isEqualTo(row(world.node(0), CART).leaves());
    }

    private long rowsMended() {
        return world.node(2).replication().status().care().rowsMended();
    }

    @Test
    void whoScrubsAPartitionThatThereIsNotIsToldSo() {
        start();
        ScrubResult result = world.await(
                world.node(0).replication().scrub(new ScrubJob(Set.of(new PartitionId(77)), 0), soFar -> true));
        assertThat(result)
                .isInstanceOfSatisfying(
                        ScrubResult.Failed.class,
                        failed -> assertThat(failed.failure().message())
                                .contains("there is no partition 77; they are 0 to 3"));
    }

    /** Planted: a damaged row passes for an absent one. */
    @Test
    void aReplicaThatTakesADamagedRowForAnAbsentOneIsCaught() {
        start();
        DotSet all = clockOf(world.node(2));
        Refusal.Reason damaged = Refusal.Reason.DAMAGED;
        tampering = storage -> tampered(
                storage,
                "read",
                outcome -> outcome instanceof Outcome.Refused<?>(Refusal refusal) && refusal.reason() == damaged
                        ? Outcome.done(new Row(List.of(), all))
                        : outcome);
        restart(world.node(2), () -> {});
        overwrite(world.node(2), new byte[] {7});
        assertThatThrownBy(() -> {
                    world.get(world.node(2), CART, Consistency.ALL);
                    settle();
                    assertAllIsEqualEverywhere(value);
                })
                .isInstanceOf(AssertionError.class);
    }

    private DotSet clockOf(Node node) {
        Outcome<List<PartitionClock>> clocks = world.await(node.offered().clocks(Set.of()));
        return ((Outcome.Done<List<PartitionClock>>) clocks)
                .value().stream().map(PartitionClock::clock).reduce(DotSet.EMPTY, DotSet::union);
    }

    /** Planted: the digest of a row is made of its dots alone. */
    @Test
    void aDigestThatIgnoresPayloadsIsCaught() {
        tampering = storage -> tampered(
                storage,
                "digest",
                outcome -> outcome instanceof Outcome.Done<?>(Object value0) && value0 instanceof Digests digests
                        ? Outcome.done(new Digests(
                                digests.clock(),
                                digests.bytes(),
                                digests.ranges().stream()
                                        .map(range -> new Digests.Range(
                                                range.end(),
                                                range.rows(),
                                                range.damaged(),
                                                range.unsettled(),
                                                Digests.NO_ROWS))
                                        .toList()))
                        : outcome);
        start();
        assertThatThrownBy(this::changedSilently).isInstanceOf(AssertionError.class);
    }

    /** A storage of which the answers of one call are changed. */
    private static Storage tampered(Storage real, String method, UnaryOperator<Outcome<?>> change) {
        return (Storage) Proxy.newProxyInstance(
                Storage.class.getClassLoader(), new Class<?>[] {Storage.class}, (proxy, called, arguments) -> {
                    Object answer = called.invoke(real, arguments);
                    return called.getName().equals(method)
                            ? ((CompletionStage<?>) answer).thenApply(outcome -> change.apply((Outcome<?>) outcome))
                            : answer;
                });
    }
}
