package io.dotkv.cluster.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.dotkv.cluster.ClusterStore;
import io.dotkv.cluster.PeerRefusedException;
import io.dotkv.kernel.ports.RandomSource;
import io.dotkv.kernel.ports.SeededRandom;
import io.dotkv.proto.cluster.v1.Addresses;
import io.dotkv.proto.cluster.v1.AskAcceptorRequest;
import io.dotkv.proto.cluster.v1.BootRequest;
import io.dotkv.proto.cluster.v1.ClusterServiceGrpc;
import io.dotkv.proto.cluster.v1.ClusterServiceGrpc.ClusterServiceBlockingStub;
import io.dotkv.proto.cluster.v1.ExchangeStateRequest;
import io.dotkv.proto.cluster.v1.FormRequest;
import io.dotkv.proto.cluster.v1.Formation;
import io.dotkv.proto.cluster.v1.Health;
import io.dotkv.proto.cluster.v1.MemberRecord;
import io.dotkv.proto.cluster.v1.ProbeIndirectlyRequest;
import io.dotkv.proto.cluster.v1.ProbeRequest;
import io.dotkv.proto.cluster.v1.ProposeRequest;
import io.dotkv.proto.cluster.v1.RemoveMemberRequest;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whatever a peer sends, it gets a clear status, and the node goes on. */
@Tag("integration")
class BadInputTest {
    private static final String ADDRESS = "127.0.0.1:3009";
    private static final MemberRecord GOOD = MemberRecord.newBuilder()
            .setNode("peer")
            .setIncarnation(1)
            .setHealth(Health.ALIVE)
            .setAddresses(Addresses.newBuilder().setCluster("peer.test:1"))
            .setInstance("ab")
            .build();
    private static final Formation FORMATION = Formation.newBuilder()
            .setClusterId("0".repeat(32))
            .setClusterKey(ByteString.copyFrom(new byte[32]))
            .addMembers("solid")
            .setPartitions(16)
            .setReplicas(3)
            .addInstances("ab")
            .build();

    private final RandomSource random = new SeededRandom(77);
    private InProcessNode node;
    private ClusterServiceBlockingStub stub;

    BadInputTest() throws IOException {
        node = new InProcessNode("solid", ADDRESS, List.of(), 1, ClusterStore.inMemory());
        stub = ClusterServiceGrpc.newBlockingStub(node.channel(ADDRESS));
    }

    @BeforeEach
    void formed() throws Exception {
        Eventually.until(
                "formed",
                () -> node.cluster()
                        .view()
                        .toCompletableFuture()
                        .get(5, TimeUnit.SECONDS)
                        .agreement()
                        .isPresent());
    }

    @AfterEach
    void isUnharmed() throws Exception {
        var view = node.cluster().view().toCompletableFuture().get(5, TimeUnit.SECONDS);
        assertThat(view.agreement().orElseThrow().clusterId()).isNotEqualTo(FORMATION.getClusterId());
        assertThat(node.fatal()).isNotDone();
        node.close();
    }

    @Test
    void eachWrongFieldIsNamedInAnInvalidArgument() {
        refused("is missing", () -> stub.probe(ProbeRequest.getDefaultInstance()));
        refused("is missing", () -> stub.exchangeState(ExchangeStateRequest.getDefaultInstance()));
        refused("is missing", () -> stub.form(FormRequest.getDefaultInstance()));
        refused("milliseconds", () -> stub.probeIndirectly(ProbeIndirectlyRequest.getDefaultInstance()));
        refused("a life other than 0", () -> stub.boot(BootRequest.getDefaultInstance()));
        refused(
                "a life other than 0",
                () -> stub.boot(BootRequest.newBuilder().setLife(1).setAbove(-1).build()));
        refused(
                "id of a storage",
                () -> stub.boot(BootRequest.newBuilder()
                        .setLife(1)
                        .setStorageId("x".repeat(100_000))
                        .build()));
        refused("malformed", () -> stub.askAcceptor(AskAcceptorRequest.getDefaultInstance()));
        refused("malformed", () -> stub.propose(ProposeRequest.getDefaultInstance()));
        refused("a node's name", () -> stub.removeMember(RemoveMemberRequest.getDefaultInstance()));
        refusedRecord("a node's name", GOOD.toBuilder().setNode("x".repeat(100_000)));
        refusedRecord("a node's name", GOOD.toBuilder().setNode("a\nb"));
        refusedRecord("incarnation", GOOD.toBuilder().setIncarnation(-1));
        refusedRecord("boot number", GOOD.toBuilder().setBoot(-1));
        refusedRecord("health", GOOD.toBuilder().setHealthValue(9));
        refusedRecord("health", GOOD.toBuilder().clearHealth());
        refusedRecord("instance", GOOD.toBuilder().setInstance("not hexadecimal"));
        refusedRecord(
                "host:port",
                GOOD.toBuilder().setAddresses(Addresses.newBuilder().setCluster("nowhere")));
        refusedRecord("no address", GOOD.toBuilder().clearAddresses());
    }

    private void refusedRecord(String why, MemberRecord.Builder record) {
        refused(
                why,
                () -> stub.exchangeState(
                        ExchangeStateRequest.newBuilder().setSender(record).build()));
        refused(
                why,
                () -> stub.probe(ProbeRequest.newBuilder()
                        .setProber(record)
                        .setTarget("solid")
                        .build()));
    }

    @Test
    void eachWrongFormationIsRefused() {
        refusedFormation("32 hexadecimal digits", FORMATION.toBuilder().setClusterId("short"));
        refusedFormation("32 bytes", FORMATION.toBuilder().clearClusterKey());
        refusedFormation("at least one member", FORMATION.toBuilder().clearMembers());
        refusedFormation(
                "different members", FORMATION.toBuilder().addMembers("solid").addInstances("cd"));
        refusedFormation("power of two", FORMATION.toBuilder().setPartitions(17));
        refusedFormation("power of two", FORMATION.toBuilder().setPartitions(1 << 30));
        refusedFormation("power of two", FORMATION.toBuilder().setPartitions(-1));
        refusedFormation("1 to 9 replicas", FORMATION.toBuilder().setReplicas(1_000_000));
        refusedFormation("each founder has an instance", FORMATION.toBuilder().clearInstances());
    }

    private void refusedFormation(String why, Formation.Builder formation) {
        refused(
                why,
                () -> stub.form(FormRequest.newBuilder()
                        .setFormer("solid")
                        .setFormerInstance("ab")
                        .setFormation(formation)
                        .setCommit(true)
                        .build()));
    }

    @Test
    void tooManyMembersAreRefused() {
        ExchangeStateRequest.Builder request = ExchangeStateRequest.newBuilder().setSender(GOOD);
        MemberRecord small = MemberRecord.newBuilder().setNode("a").build();
        for (int i = 0; i < 10_001; i++) {
            request.addMembers(small);
        }
        refused("at most 10000 members", () -> stub.exchangeState(request.build()));
    }

    @Test
    void anotherClusterIsRefusedWithTheReason() {
        StatusRuntimeException refused = failureOf(() -> stub.exchangeState(ExchangeStateRequest.newBuilder()
                .setSender(GOOD)
                .setFormation(FORMATION)
                .build()));
        assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(Refusals.failure(refused))
                .isInstanceOf(PeerRefusedException.class)
                .hasMessageContaining("belongs to cluster");
    }

    @Test
    void randomMessagesToEveryRpcGetAClearStatus() {
        Map<Status.Code, Integer> codes = new EnumMap<>(Status.Code.class);
        for (MethodDescriptor<?, ?> method : ClusterServiceGrpc.getServiceDescriptor().getMethods().stream()
                .map(each -> (MethodDescriptor<?, ?>) each)
                .toList()) {
            boolean isStream = method.getType() != MethodDescriptor.MethodType.UNARY;
            for (int i = 0; i < (isStream ? 200 : 2_000); i++) {
                byte[] bytes = mangled(i);
                // Bytes that are no message at all are refused before any layer sees them.
                if (isReadable(method, bytes)) {
                    codes.merge(send(method, bytes), 1, Integer::sum);
                }
            }
        }
        System.out.println("random messages to the cluster service: " + codes);
        assertThat(codes.keySet())
                .isSubsetOf(Status.Code.OK, Status.Code.INVALID_ARGUMENT, Status.Code.FAILED_PRECONDITION);
    }

    private static boolean isReadable(MethodDescriptor<?, ?> method, byte[] bytes) {
        try {
            return method.parseRequest(new ByteArrayInputStream(bytes)) != null;
        } catch (StatusRuntimeException e) {
            return false;
        }
    }

    private byte[] mangled(int round) {
        if (round % 2 == 0) {
            byte[] bytes = new byte[random.nextInt(60)];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) random.nextInt(256);
            }
            return bytes;
        }
        byte[] bytes = ExchangeStateRequest.newBuilder()
                .setSender(GOOD)
                .addMembers(GOOD)
                .build()
                .toByteArray();
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        return bytes;
    }

    private Status.Code send(MethodDescriptor<?, ?> method, byte[] bytes) {
        MethodDescriptor<byte[], byte[]> raw = MethodDescriptor.<byte[], byte[]>newBuilder()
                .setType(method.getType())
                .setFullMethodName(method.getFullMethodName())
                .setRequestMarshaller(new RawBytes())
                .setResponseMarshaller(new RawBytes())
                .build();
        CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(5, TimeUnit.SECONDS);
        try {
            if (method.getType() == MethodDescriptor.MethodType.UNARY) {
                byte[] answer = ClientCalls.blockingUnaryCall(node.channel(ADDRESS), raw, options, bytes);
                assertThat(answer).isNotNull();
            } else {
                assertThat(ClientCalls.blockingServerStreamingCall(node.channel(ADDRESS), raw, options, bytes)
                                .next())
                        .isNotNull();
            }
            return Status.Code.OK;
        } catch (StatusRuntimeException e) {
            return e.getStatus().getCode();
        }
    }

    private static final class RawBytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static void refused(String why, Runnable call) {
        StatusRuntimeException failure = failureOf(call);
        assertThat(failure.getStatus().getCode()).as(failure.toString()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(failure).hasMessageContaining(why);
        assertThat(failure.getMessage()).hasSizeLessThan(600);
    }

    private static StatusRuntimeException failureOf(Runnable call) {
        List<StatusRuntimeException> failures = new ArrayList<>();
        try {
            call.run();
        } catch (StatusRuntimeException e) {
            failures.add(e);
        }
        assertThat(failures).hasSize(1);
        return failures.getFirst();
    }
}
