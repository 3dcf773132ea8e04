package io.dotkv.launcher.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.proto.cluster.v1.ClusterServiceGrpc;
import io.dotkv.proto.gossip.v1.GossipServiceGrpc;
import io.dotkv.proto.replication.v1.Consistency;
import io.dotkv.proto.replication.v1.PutRequest;
import io.dotkv.proto.replication.v1.ReplicationServiceGrpc;
import io.dotkv.proto.storage.v1.StorageServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bytes that no client of ours would send, to every rpc of every service of a running node. */
@Tag("acceptance")
final class BadInputTest {
    private static final int ROUNDS = 100;
    private static final List<ServiceDescriptor> SERVICES = List.of(
            ReplicationServiceGrpc.getServiceDescriptor(),
            StorageServiceGrpc.getServiceDescriptor(),
            GossipServiceGrpc.getServiceDescriptor(),
            ClusterServiceGrpc.getServiceDescriptor());

    @TempDir
    private static Path folder;

    private static RunningNode node;

    @BeforeAll
    static void startOne() {
        node = new RunningNode("n1", RunningNode.freePort(), folder).start().awaitServing();
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    /** Bytes as they are, so that anything can be sent. */
    private static final class Plain implements Marshaller<byte[]> {
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

    @Test
    void randomBytesToEveryRpcGetAClearStatusAndTheNodeGoesOn() {
        Calls.put(node, "kept", "value");
        Random random = new Random(Long.getLong("dotkv.seed", 42));
        Map<Status.Code, Integer> codes = new EnumMap<>(Status.Code.class);
        for (ServiceDescriptor service : SERVICES) {
            for (MethodDescriptor<?, ?> method : service.getMethods()) {
                for (int round = 0; round < ROUNDS; round++) {
                    byte[] bytes = new byte[random.nextInt(60)];
                    random.nextBytes(bytes);
                    codes.merge(call(method, bytes), 1, Integer::sum);
                }
            }
        }
        assertThat(codes).doesNotContainKeys(Status.Code.UNKNOWN, Status.Code.INTERNAL);
        assertThat(codes.get(Status.Code.INVALID_ARGUMENT)).isGreaterThan(ROUNDS);
        assertThat(node.isAlive()).isTrue();
        assertThat(Calls.values(Calls.get(node, "kept", Consistency.QUORUM))).containsExactly("value");
        assertThat(node.logTail()).doesNotContain("Exception");
    }

    private static Status.Code call(MethodDescriptor<?, ?> method, byte[] bytes) {
        MethodDescriptor<byte[], byte[]> plain = MethodDescriptor.<byte[], byte[]>newBuilder(new Plain(), new Plain())
                .setType(method.getType() == MethodType.UNARY ? MethodType.UNARY : MethodType.SERVER_STREAMING)
                .setFullMethodName(method.getFullMethodName())
                .build();
        CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(2, TimeUnit.SECONDS);
        try {
            Iterator<byte[]> answers = ClientCalls.blockingServerStreamingCall(node.channel(), plain, options, bytes);
            if (answers.hasNext()) {
                answers.next();
            }
            return Status.Code.OK;
        } catch (StatusRuntimeException e) {
            assertThat(e.getStatus().getDescription())
                    .as("%s of %s", e.getStatus().getCode(), method.getFullMethodName())
                    .isNotBlank();
            return e.getStatus().getCode();
        }
    }

    @Test
    void keysAndValuesOverTheLimitsAreRefusedByName() {
        assertRefused(PutRequest.newBuilder().setKey("").setValue("v"), "key");
        assertRefused(PutRequest.newBuilder().setKey("k".repeat(4097)).setValue("v"), "key");
        assertRefused(PutRequest.newBuilder().setKey("k").setValue("v".repeat((1 << 20) + 1)), "value");
        assertRefused(PutRequest.newBuilder().setKey("k"), "value");
        assertRefused(PutRequest.newBuilder().setKey("k").setValue("v").setContext("not a context"), "context");
        assertRefused(PutRequest.newBuilder().setKey("k").setValue("v").setConsistencyValue(99), "consistency");
    }

    private static void assertRefused(PutRequest.Builder request, String what) {
        try {
            node.replication().put(request.build());
        } catch (StatusRuntimeException e) {
            // A context whose cluster was flipped is one of another cluster, which is refused as such.
            assertThat(e.getStatus().getCode()).isIn(Status.Code.INVALID_ARGUMENT, Status.Code.FAILED_PRECONDITION);
            assertThat(e.getStatus().getDescription()).containsIgnoringCase(what);
            return;
        }
        throw new AssertionError("was not refused: " + what);
    }

    @Test
    void aContextThatWasCutOrFlippedIsRefused() {
        String context = Calls.put(node, "token", "value").getContext();
        Random random = new Random(1);
        for (int round = 0; round < ROUNDS; round++) {
            int at = random.nextInt(context.length());
            char other = context.charAt(at) == 'A' ? 'B' : 'A';
            String broken = round % 2 == 0
                    ? context.substring(0, at)
                    : context.substring(0, at) + other + context.substring(at + 1);
            if (!broken.isEmpty()) {
                assertRefused(
                        PutRequest.newBuilder().setKey("token").setValue("v").setContext(broken), "context");
            }
        }
        assertThat(Calls.values(Calls.get(node, "token", Consistency.QUORUM))).containsExactly("value");
    }
}
