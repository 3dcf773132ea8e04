package io.dotkv.launcher.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import io.dotkv.proto.replication.v1.Consistency;
import io.dotkv.proto.replication.v1.DeleteRequest;
import io.dotkv.proto.replication.v1.Entry;
import io.dotkv.proto.replication.v1.Form;
import io.dotkv.proto.replication.v1.GetRequest;
import io.dotkv.proto.replication.v1.GetResponse;
import io.dotkv.proto.replication.v1.Presence;
import io.dotkv.proto.replication.v1.PutRequest;
import io.dotkv.proto.replication.v1.ReadRequest;
import io.dotkv.proto.replication.v1.RegisterChange;
import io.dotkv.proto.replication.v1.ReplicationServiceGrpc;
import io.dotkv.proto.replication.v1.ReplicationServiceGrpc.ReplicationServiceBlockingStub;
import io.dotkv.proto.replication.v1.ScanRequest;
import io.dotkv.proto.replication.v1.ScanResponse;
import io.dotkv.proto.replication.v1.SetChange;
import io.dotkv.proto.replication.v1.UpdateRequest;
import io.dotkv.proto.replication.v1.Value;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.MetadataUtils;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every limit that a client can meet, at the limit and one above, through clients that nobody has configured. */
@Tag("acceptance")
final class LimitsTest {
    private static final int MIB = 1 << 20;
    private static final int MAX_VALUE = 6 * MIB;
    private static final int MAX_KEY = MAX_VALUE + 4 * MIB;
    private static final String[] OPTIONS = {
        "--max-value-bytes", Integer.toString(MAX_VALUE), "--max-siblings", "7", "--memory-mib", "900"
    };

    @TempDir
    private Path folder;

    @Test
    void whatAClusterOfThreeTakesItGivesBackAndWhatIsOneAboveItRefuses() {
        try (RunningCluster cluster = new RunningCluster(folder, OPTIONS)) {
            walk(cluster.nodes());
        }
    }

    @Test
    void whatANodeOnItsOwnTakesItGivesBackAndWhatIsOneAboveItRefuses() {
        try (RunningNode single = new RunningNode("n1", RunningNode.freePort(), folder, OPTIONS)) {
            single.start().awaitServing();
            walk(List.of(single));
        }
    }

    private static void walk(List<RunningNode> nodes) {
        new Walk(nodes).run();
    }

    private static final class Walk {
        private final List<RunningNode> nodes;
        private int calls;

        Walk(List<RunningNode> nodes) {
            this.nodes = nodes;
        }

        void run() {
            keys();
            values();
            siblingsInNumber();
            siblingsInBytes();
            dataTypes();
            tokensAndPages();
            messages();
            assertThat(nodes).allMatch(RunningNode::isAlive);
        }

        /** Another node each time, by a channel with the limits of gRPC. */
        private <T> T client(Function<ReplicationServiceBlockingStub, T> call) {
            RunningNode node = nodes.get(calls++ % nodes.size());
            ManagedChannel channel = NettyChannelBuilder.forAddress("localhost", node.port())
                    .usePlaintext()
                    .build();
            try {
                return call.apply(
                        ReplicationServiceGrpc.newBlockingStub(channel).withDeadlineAfter(30, TimeUnit.SECONDS));
            } finally {
                channel.shutdownNow();
            }
        }

        private void keys() {
            String longest = "k".repeat(4096);
            put(longest, text(1), "");
            assertThat(get(longest).getValuesCount()).isEqualTo(1);
            assertRefused("INVALID_REQUEST", () -> put(longest + "k", text(1), ""));
            assertRefused("INVALID_REQUEST", () -> put("", text(1), ""));
            delete(longest);
        }

        private void values() {
            for (int size : new int[] {0, 4 * MIB - 1, 4 * MIB, 4 * MIB + 1, MAX_VALUE}) {
                ByteString value = bytes(size);
                put("value " + size, value, "");
                for (int times = 0; times < nodes.size(); times++) {
                    assertThat(large("value " + size).getValues(0).getRawValue())
                            .isEqualTo(value);
                }
                assertThat(entries(ScanRequest.newBuilder()
                                .setPrefix("value " + size)
                                .setMaxAnswerBytes(64 * MIB)))
                        .singleElement()
                        .satisfies(entry ->
                                assertThat(entry.getValues(0).getRawValue()).isEqualTo(value));
            }
            assertRefused("INVALID_REQUEST", () -> put("too large", bytes(MAX_VALUE + 1), ""));
            assertThat(get("too large").getPresence()).isEqualTo(Presence.NOT_FOUND);
            assertRefused("ANSWER_TOO_LARGE", () -> get("value " + MAX_VALUE));
            List<Entry> all = entries(ScanRequest.newBuilder().setPrefix("value "));
            assertThat(all).hasSize(5);
            assertThat(all.stream().filter(entry -> entry.getLeftOutCount() > 0).map(Entry::getKey))
                    .contains("value " + (4 * MIB + 1), "value " + MAX_VALUE);
            put("value " + MAX_VALUE, text(1), "");
            assertThat(get("value " + MAX_VALUE).getValuesCount()).isEqualTo(1);
            all.forEach(entry -> delete(entry.getKey()));
            assertThat(entries(ScanRequest.newBuilder().setPrefix("value "))).isEmpty();
        }

        private void siblingsInNumber() {
            String nothing = get("siblings").getContext();
            for (int sibling = 0; sibling < 7; sibling++) {
                put("siblings", text(sibling), nothing);
            }
            assertRefused("TOO_MANY_SIBLINGS", () -> put("siblings", text(7), nothing));
            GetResponse all = get("siblings");
            assertThat(all.getValuesCount()).isEqualTo(7);
            put("siblings", text(8), all.getContext());
            assertThat(get("siblings").getValuesCount()).isEqualTo(1);
        }

        private void siblingsInBytes() {
            String nothing = get("heavy").getContext();
            for (int sibling = 0; sibling < 5; sibling++) {
                put("heavy", bytes(MAX_KEY / 5, sibling), nothing);
            }
            assertRefused("TOO_MANY_SIBLINGS", () -> put("heavy", text(1), nothing));
            assertThat(large("heavy").getValuesCount()).isEqualTo(5);
            GetResponse first = get("heavy");
            assertThat(first.getValuesCount()).isPositive();
            assertThat(first.getValuesCount() + first.getLeftOutCount()).isEqualTo(5);
            assertThat(read(first)).hasSize(5);
            assertThat(entries(ScanRequest.newBuilder().setPrefix("heavy")))
                    .singleElement()
                    .satisfies(entry -> assertThat(entry.getValuesCount() + entry.getLeftOutCount())
                            .isEqualTo(5));
            // What a part covers is replaced, and nothing of what it left out.
            put("heavy", bytes(10), first.getContext());
            assertThat(large("heavy").getValuesCount()).isEqualTo(1 + first.getLeftOutCount());
            assertThat(large("heavy").getValuesList().stream().map(Value::getDot))
                    .containsAll(first.getLeftOutList());
            delete("heavy");
            assertThat(get("heavy").getPresence()).isEqualTo(Presence.NOT_FOUND);
        }

        /** All values of a key, part by part. */
        private List<String> read(GetResponse first) {
            List<String> dots = new ArrayList<>();
            GetResponse part = first;
            while (true) {
                part.getValuesList().forEach(value -> dots.add(value.getDot()));
                List<String> rest = part.getLeftOutList().stream()
                        .filter(dot -> !dots.contains(dot))
                        .toList();
                if (rest.isEmpty()) {
                    return dots;
                }
                part = client(stub -> stub.get(
                        GetRequest.newBuilder().setKey("heavy").addAllDots(rest).build()));
                assertThat(part.getValuesCount()).isPositive();
            }
        }

        private void dataTypes() {
            update(set().addAdd("e".repeat(4096)));
            assertRefused("INVALID_REQUEST", () -> update(set().addAdd("e".repeat(4097))));
            SetChange.Builder most = set();
            for (int element = 0; element < 256; element++) {
                most.addAdd("element " + element);
            }
            update(most);
            assertRefused("INVALID_REQUEST", () -> update(most.clone().addAdd("one more")));
            ByteString largest = bytes(MAX_VALUE);
            register(largest);
            assertRefused(
                    "ANSWER_TOO_LARGE",
                    () -> client(stub -> stub.read(
                            ReadRequest.newBuilder().setKey("register").build())));
            assertThat(nodes.getFirst()
                            .replication()
                            .read(ReadRequest.newBuilder()
                                    .setKey("register")
                                    .setMaxAnswerBytes(64 * MIB)
                                    .build())
                            .getContent()
                            .getLastWrite()
                            .getRawValue())
                    .isEqualTo(largest);
            assertRefused("INVALID_REQUEST", () -> register(bytes(MAX_VALUE + 1)));
            delete("register");
            delete("set");
        }

        private void tokensAndPages() {
            client(stub -> stub.put(named("i".repeat(64))));
            assertRefused("INVALID_REQUEST", () -> client(stub -> stub.put(named("i".repeat(65)))));
            assertRefused("MALFORMED_TOKEN", () -> put("context", text(1), "c".repeat(16_385)));
            client(stub ->
                    stub.scan(ScanRequest.newBuilder().setPageSize(10_000).build()));
            assertRefused(
                    "INVALID_REQUEST",
                    () -> client(stub -> stub.scan(
                            ScanRequest.newBuilder().setPageSize(10_001).build())));
            client(stub -> stub.get(GetRequest.newBuilder()
                    .setKey("k")
                    .setMaxAnswerBytes(64 * MIB)
                    .build()));
            assertRefused(
                    "INVALID_REQUEST",
                    () -> client(stub -> stub.get(GetRequest.newBuilder()
                            .setKey("k")
                            .setMaxAnswerBytes(64 * MIB + 1)
                            .build())));
        }

        private void messages() {
            assertThatThrownBy(() -> put("message", bytes(64 * MIB + 1), ""))
                    .isInstanceOf(StatusRuntimeException.class);
            Metadata headers = new Metadata();
            headers.put(Metadata.Key.of("much", Metadata.ASCII_STRING_MARSHALLER), "m".repeat(20_000));
            assertThatThrownBy(() ->
                            client(stub -> stub.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                                    .get(GetRequest.newBuilder().setKey("k").build())))
                    .isInstanceOf(StatusRuntimeException.class);
            assertThat(get("siblings").getValuesCount()).isEqualTo(1);
        }

        private static SetChange.Builder set() {
            return SetChange.newBuilder();
        }

        private void update(SetChange.Builder change) {
            client(stub -> stub.update(
                    UpdateRequest.newBuilder().setKey("set").setSet(change).build()));
        }

        private void register(ByteString value) {
            client(stub -> stub.update(UpdateRequest.newBuilder()
                    .setKey("register")
                    .setLastWrite(RegisterChange.newBuilder().setRawValue(value))
                    .build()));
        }

        private static PutRequest named(String requestId) {
            return PutRequest.newBuilder()
                    .setKey("named")
                    .setValue("v")
                    .setRequestId(requestId)
                    .build();
        }

        private void put(String key, ByteString value, String context) {
            client(stub -> stub.put(PutRequest.newBuilder()
                    .setKey(key)
                    .setRawValue(value)
                    .setContext(context)
                    .setConsistency(Consistency.ALL)
                    .build()));
        }

        private void delete(String key) {
            client(stub -> stub.delete(DeleteRequest.newBuilder()
                    .setKey(key)
                    .setConsistency(Consistency.ALL)
                    .build()));
        }

        private GetResponse get(String key) {
            return client(stub -> stub.get(GetRequest.newBuilder().setKey(key).build()));
        }

        /** By a client that takes large answers, and says so. */
        private GetResponse large(String key) {
            return nodes.get(calls++ % nodes.size())
                    .replication()
                    .get(GetRequest.newBuilder()
                            .setKey(key)
                            .setForm(Form.RAW)
                            .setMaxAnswerBytes(64 * MIB)
                            .build());
        }

        private List<Entry> entries(ScanRequest.Builder scan) {
            List<Entry> entries = new ArrayList<>();
            String token = "";
            do {
                ScanRequest request =
                        scan.clone().setForm(Form.RAW).setPageToken(token).build();
                boolean isDefault = request.getMaxAnswerBytes() == 0;
                ScanResponse page = isDefault
                        ? client(stub -> stub.scan(request))
                        : nodes.getFirst().replication().scan(request);
                page.getEntriesList()
                        .forEach(entry -> entries.add(entry.toBuilder()
                                .setKey(entry.getRawKey().toStringUtf8())
                                .build()));
                token = page.getNextPageToken();
            } while (!token.isEmpty());
            return entries;
        }
    }

    private static ByteString text(int number) {
        return ByteString.copyFromUtf8("value " + number);
    }

    private static ByteString bytes(int size) {
        return bytes(size, size);
    }

    private static ByteString bytes(int size, long seed) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return ByteString.copyFrom(bytes);
    }

    private static void assertRefused(String reason, ThrowingCallable call) {
        StatusRuntimeException refusal = catchThrowableOfType(StatusRuntimeException.class, call);
        assertThat(refusal).as("refused as %s", reason).isNotNull();
        assertThat(refusal.getStatus().getCode())
                .as("%s", refusal.getStatus())
                .isIn(Status.Code.INVALID_ARGUMENT, Status.Code.FAILED_PRECONDITION);
        assertThat(reasonOf(refusal)).as("%s", refusal.getStatus()).isEqualTo(reason);
    }

    private static String reasonOf(StatusRuntimeException refusal) {
        com.google.rpc.Status status = StatusProto.fromThrowable(refusal);
        if (status == null) {
            return "";
        }
        for (Any detail : status.getDetailsList()) {
            if (detail.is(ErrorInfo.class)) {
                try {
                    return detail.unpack(ErrorInfo.class).getReason();
                } catch (InvalidProtocolBufferException e) {
                    throw new IllegalStateException(e);
                }
            }
        }
        return "";
    }
}
