package io.dotkv.launcher.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.dotkv.launcher.client.CallFailed;
import io.dotkv.launcher.client.Channels;
import io.dotkv.launcher.client.Client;
import io.dotkv.launcher.client.Endpoint;
import io.dotkv.launcher.transfer.ClusterScan;
import io.dotkv.launcher.transfer.DumpEntry;
import io.dotkv.proto.replication.v1.Consistency;
import io.dotkv.proto.replication.v1.Content;
import io.dotkv.proto.replication.v1.CounterChange;
import io.dotkv.proto.replication.v1.DeleteRequest;
import io.dotkv.proto.replication.v1.FieldChange;
import io.dotkv.proto.replication.v1.FlagChange;
import io.dotkv.proto.replication.v1.Form;
import io.dotkv.proto.replication.v1.MapChange;
import io.dotkv.proto.replication.v1.Presence;
import io.dotkv.proto.replication.v1.PutRequest;
import io.dotkv.proto.replication.v1.ReadRequest;
import io.dotkv.proto.replication.v1.RegisterChange;
import io.dotkv.proto.replication.v1.RegisterValue;
import io.dotkv.proto.replication.v1.ScanRequest;
import io.dotkv.proto.replication.v1.SetChange;
import io.dotkv.proto.replication.v1.UpdateRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Everything that keys may have is dumped from a cluster of three, and loaded into a cluster of one. */
@Tag("acceptance")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class CopiedClusterTest {
    private static final ByteString BINARY = ByteString.fromHex("00ff80fe0a09");
    private static final Consistency ALL = Consistency.ALL;

    @TempDir
    private static Path folder;

    private static RunningCluster original;
    private static RunningNode copy;

    @BeforeAll
    static void startFour() {
        original = new RunningCluster(folder);
        copy = new RunningNode("copy", RunningNode.freePort(), folder).start().awaitServing();
    }

    @AfterAll
    static void stopAll() {
        original.close();
        copy.close();
    }

    @Test
    @Order(1)
    void whatIsDumpedAndLoadedReadsAsBeforeAlsoWhenItIsLoadedTwice() throws IOException {
        plainValues();
        dataTypes();
        mixed();
        Path dump = dump(original.node(2));
        Path each = dump(original.node(3), "--siblings", "all");
        assertThat(each).as("all is what jsonl has").hasSameBinaryContentAs(dump);
        Map<ByteString, Content> expected = contents(original.node(1));
        assertThat(expected).hasSize(19);
        for (Path file : List.of(dump, each)) {
            Path told = Files.createTempFile(folder, "load", "");
            assertThat(Program.run(told, told, "load", file.toString(), "--endpoint", copy.endpoint()))
                    .as(Program.tail(told))
                    .isZero();
            assertThat(contents(copy)).isEqualTo(expected);
        }
        assertThat(dump(copy)).hasSameBinaryContentAs(dump);
        assertThat(dump(copy, "--local")).as("the storage by itself, too").hasSameBinaryContentAs(dump);
    }

    @Test
    @Order(2)
    void aKeyThatIsLargerThanAPageIsReadByItself() throws CallFailed {
        String[] values = IntStream.range(0, 5)
                .mapToObj(number -> ("sibling " + number).repeat(5_000))
                .toArray(String[]::new);
        siblings("large", values);
        siblings("large siblings", values);
        update(UpdateRequest.newBuilder().setKey("large").setCounter(add(42)));
        List<DumpEntry> whole = scan(Channels.MAX_ANSWER_BYTES);
        assertThat(scan(64 << 10)).isEqualTo(whole);
        assertThat(whole.stream().filter(entry -> entry.key().toStringUtf8().startsWith("large")))
                .hasSize(2)
                .allMatch(entry -> entry.plainValues().size() == 5);
    }

    @Test
    @Order(3)
    void scanAndDeleteSeeAllValuesOfAKeyThatIsLargerThanWhatClientsTakeByDefault() throws IOException {
        siblings(
                "huge",
                IntStream.range(0, 5)
                        .mapToObj(number -> Integer.toString(number).repeat(1 << 20))
                        .toArray(String[]::new));
        Path out = Files.createTempFile(folder, "scan", "");
        String endpoint = original.node(3).endpoint();
        assertThat(Program.run(out, out, "scan", "--prefix", "huge", "--endpoint", endpoint))
                .isZero();
        assertThat(Files.readString(out)).contains("and 4 concurrent values");
        assertThat(Program.run(out, out, "delete", "--yes", "--prefix", "huge", "--endpoint", endpoint))
                .isZero();
        assertThat(Calls.get(original.node(1), "huge", ALL).getPresence()).isEqualTo(Presence.NOT_FOUND);
    }

    private static void plainValues() {
        Calls.put(original.node(1), "plain", "for <html> & \"quotes\" = 'here' \u2028, é and 😀");
        Calls.put(original.node(2), "plain, empty", "");
        put(ByteString.copyFromUtf8("plain, binary"), BINARY);
        put(BINARY, BINARY);
        Calls.put(original.node(3), "deleted", "gone", "", ALL);
        original.node(1)
                .replication()
                .delete(DeleteRequest.newBuilder()
                        .setKey("deleted")
                        .setConsistency(ALL)
                        .build());
        siblings("siblings", "one", "two", "three");
    }

    private static void siblings(String key, String... values) {
        String nothing = Calls.get(original.node(1), key, ALL).getContext();
        for (int index = 0; index < values.length; index++) {
            Calls.put(original.node(1 + index % 3), key, values[index], nothing, ALL);
        }
    }

    private static void put(ByteString key, ByteString value) {
        original.node(1)
                .replication()
                .put(PutRequest.newBuilder()
                        .setRawKey(key)
                        .setRawValue(value)
                        .setConsistency(ALL)
                        .build());
    }

    private static void dataTypes() {
        update(UpdateRequest.newBuilder().setKey("counter").setCounter(add(7)));
        update(UpdateRequest.newBuilder().setKey("counter, negative").setCounter(add(-9)));
        update(UpdateRequest.newBuilder().setKey("counter, largest").setCounter(add(Long.MAX_VALUE)));
        update(UpdateRequest.newBuilder().setKey("counter, zero").setCounter(add(5)));
        update(UpdateRequest.newBuilder().setKey("counter, zero").setCounter(add(-5)));
        SetChange.Builder elements = SetChange.newBuilder().addRawAdd(BINARY).addAdd("<é> & \"a\"");
        update(UpdateRequest.newBuilder().setKey("set").setSet(elements));
        update(UpdateRequest.newBuilder().setKey("set, remove wins").setRemoveWinsSet(elements));
        for (int from = 0; from < 600; from += 200) {
            SetChange.Builder many = SetChange.newBuilder();
            for (int element = from; element < from + 200; element++) {
                many.addAdd("element " + element);
            }
            update(UpdateRequest.newBuilder().setKey("set, large").setSet(many));
        }
        update(UpdateRequest.newBuilder()
                .setKey("flag")
                .setFlag(FlagChange.newBuilder().setEnable(true)));
        update(UpdateRequest.newBuilder()
                .setKey("flag, off")
                .setDisableWinsFlag(FlagChange.newBuilder().setDisable(true)));
        update(UpdateRequest.newBuilder().setKey("last write").setLastWrite(register(BINARY)));
        update(UpdateRequest.newBuilder().setKey("map").setMap(map(1)));
        update(UpdateRequest.newBuilder()
                .setKey("map, nested")
                .setMap(map(2).putFields(
                                "<inside>",
                                FieldChange.newBuilder().setMap(map(3)).build())));
    }

    /** A key that has everything at once, and some that have two things. */
    private static void mixed() {
        siblings("mixed", "this", "that");
        update(UpdateRequest.newBuilder()
                .setKey("mixed")
                .setCounter(add(3))
                .setSet(SetChange.newBuilder().addAdd("element"))
                .setRemoveWinsSet(SetChange.newBuilder().addAdd("other element"))
                .setFlag(FlagChange.newBuilder().setEnable(true))
                .setDisableWinsFlag(FlagChange.newBuilder().setDisable(true))
                .setLastWrite(register(ByteString.copyFromUtf8("written")))
                .setMap(map(4)));
        Calls.put(original.node(1), "counter and value", "plain", "", ALL);
        update(UpdateRequest.newBuilder().setKey("counter and value").setCounter(add(1)));
    }

    /** A map with a field of every type, and one with registers side by side. */
    private static MapChange.Builder map(int number) {
        return MapChange.newBuilder()
                .putFields(
                        "all types",
                        FieldChange.newBuilder()
                                .setCounter(add(number))
                                .setSet(SetChange.newBuilder().addAdd("element " + number))
                                .setRemoveWinsSet(SetChange.newBuilder().addRawAdd(BINARY))
                                .setFlag(FlagChange.newBuilder().setEnable(true))
                                .setDisableWinsFlag(FlagChange.newBuilder().setDisable(true))
                                .setRegister(register(BINARY))
                                .setLastWrite(register(ByteString.copyFromUtf8("last")))
                                .build())
                .putFields(
                        "side by side",
                        FieldChange.newBuilder()
                                .setRegister(RegisterChange.newBuilder()
                                        .addSiblings(RegisterValue.newBuilder().setValue("newer"))
                                        .addSiblings(RegisterValue.newBuilder().setValue("older")))
                                .build());
    }

    private static CounterChange.Builder add(long amount) {
        return CounterChange.newBuilder().setAdd(amount);
    }

    private static RegisterChange.Builder register(ByteString value) {
        return RegisterChange.newBuilder().setRawValue(value);
    }

    private static void update(UpdateRequest.Builder update) {
        original.node(1).replication().update(update.setConsistency(ALL).build());
    }

    /** Dumps; the file. */
    private static Path dump(RunningNode node, String... options) throws IOException {
        Path file = Files.createTempFile(folder, "dump", ".jsonl");
        Path errors = Files.createTempFile(folder, "dump", ".err");
        List<String> all = new ArrayList<>(List.of("dump", "--endpoint", node.endpoint()));
        all.addAll(List.of(options));
        assertThat(Program.run(file, errors, all.toArray(new String[0])))
                .as(Program.tail(errors))
                .isZero();
        return file;
    }

    /** What reads show of every key that a scan finds. */
    private static Map<ByteString, Content> contents(RunningNode node) {
        Map<ByteString, Content> contents = new LinkedHashMap<>();
        var page = node.replication()
                .scan(ScanRequest.newBuilder().setForm(Form.RAW).build());
        page.getEntriesList().forEach(entry -> contents.put(entry.getRawKey(), read(node, entry.getRawKey())));
        return contents;
    }

    private static Content read(RunningNode node, ByteString key) {
        ReadRequest request =
                ReadRequest.newBuilder().setRawKey(key).setConsistency(ALL).build();
        return node.replication().read(request).getContent();
    }

    private static List<DumpEntry> scan(int maxPageBytes) throws CallFailed {
        List<DumpEntry> entries = new ArrayList<>();
        Endpoint endpoint = Endpoint.parse(original.node(2).endpoint());
        try (Client client = new Client(List.of(endpoint), Duration.ofSeconds(10))) {
            ClusterScan scan = new ClusterScan(client, ALL, ByteString.EMPTY, 100, maxPageBytes);
            while (scan.hasNext()) {
                entries.addAll(scan.nextPage());
            }
        }
        return entries;
    }
}
