package io.dotkv.replication.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.dotkv.kernel.ports.RandomSource;
import io.dotkv.kernel.testkit.Samples;
import io.dotkv.kernel.testkit.Seeds;
import io.dotkv.proto.replication.v1.CounterChange;
import io.dotkv.proto.replication.v1.DeleteRequest;
import io.dotkv.proto.replication.v1.FieldChange;
import io.dotkv.proto.replication.v1.FlagChange;
import io.dotkv.proto.replication.v1.GetRequest;
import io.dotkv.proto.replication.v1.GetResponse;
import io.dotkv.proto.replication.v1.MapChange;
import io.dotkv.proto.replication.v1.PipelineRequest;
import io.dotkv.proto.replication.v1.PipelineResponse;
import io.dotkv.proto.replication.v1.Presence;
import io.dotkv.proto.replication.v1.PutRequest;
import io.dotkv.proto.replication.v1.ReadRequest;
import io.dotkv.proto.replication.v1.RegisterChange;
import io.dotkv.proto.replication.v1.ReplicationServiceGrpc;
import io.dotkv.proto.replication.v1.ReplicationServiceGrpc.ReplicationServiceBlockingStub;
import io.dotkv.proto.replication.v1.ScanRequest;
import io.dotkv.proto.replication.v1.SetChange;
import io.dotkv.proto.replication.v1.UpdateRequest;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Whatever comes in, the answer is a clear status, and what was stored before is there afterwards. */
@Tag("integration")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadInputTest {
    private static final Set<Status.Code> CLEAR = Set.of(
            Status.Code.INVALID_ARGUMENT,
            Status.Code.FAILED_PRECONDITION,
            Status.Code.RESOURCE_EXHAUSTED,
            Status.Code.DEADLINE_EXCEEDED);

    private final SingleNode node = new SingleNode();
    private final Served served = new Served(node.replication());
    private final ReplicationServiceBlockingStub stub = served.blocking();

    @BeforeAll
    void storeSomething() {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!node.replication().status().enlisted()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.onSpinWait();
        }
        stub.put(PutRequest.newBuilder().setKey("kept").setValue("v").build());
    }

    @AfterAll
    void whatWasStoredIsThere() {
        GetResponse got = stub.get(GetRequest.newBuilder().setKey("kept").build());
        assertThat(got.getPresence()).isEqualTo(Presence.FOUND);
        assertThat(got.getValues(0).getValue()).isEqualTo("v");
        served.close();
        node.close();
    }

    @Test
    void randomValuesInEveryFieldAreAnsweredOrClearlyRefused() {
        Seeds.run(400, random -> {
            clear(() -> stub.put(randomPut(random)));
            clear(() -> stub.get(randomGet(random)));
            clear(() -> stub.delete(randomDelete(random)));
            clear(() -> stub.update(randomUpdate(random)));
            clear(() -> stub.read(ReadRequest.newBuilder().setKey(text(random)).build()));
            clear(() -> stub.scan(ScanRequest.newBuilder()
                    .setRawPrefix(bytes(random, 6000))
                    .setPageToken(text(random))
                    .setPageSize(random.nextInt(3) == 0 ? random.nextInt(100) : (int) random.nextLong())
                    .setConsistencyValue(random.nextInt(7) - 1)
                    .setFormValue(random.nextInt(5) - 1)
                    .build()));
        });
    }

    @Test
    void contextsThatAreCutOrFlippedAreRefused() {
        String context =
                stub.get(GetRequest.newBuilder().setKey("kept").build()).getContext();
        Seeds.run(300, random -> {
            char[] flipped = context.toCharArray();
            flipped[random.nextInt(flipped.length)] ^= (char) (1 << random.nextInt(7));
            String cut = context.substring(0, 1 + random.nextInt(context.length() - 1));
            for (String wrong : new String[] {new String(flipped), cut}) {
                StatusRuntimeException refused = refusedPut(wrong);
                assertThat(CLEAR).contains(refused.getStatus().getCode());
            }
        });
    }

    private StatusRuntimeException refusedPut(String context) {
        try {
            stub.put(PutRequest.newBuilder()
                    .setKey("kept")
                    .setValue("forged")
                    .setContext(context)
                    .build());
        } catch (StatusRuntimeException refused) {
            return refused;
        }
        throw new AssertionError("a wrong context was taken: " + context);
    }

    @Test
    void randomBytesInsteadOfMessagesNeverHarmTheNode() {
        Seeds.run(200, random -> {
            for (MethodDescriptor<?, ?> method :
                    ReplicationServiceGrpc.getServiceDescriptor().getMethods()) {
                if (method.getType() == MethodDescriptor.MethodType.UNARY) {
                    rawCall(method, Samples.array(random, random.nextInt(100)));
                }
            }
        });
    }

    private void rawCall(MethodDescriptor<?, ?> method, byte[] message) {
        MethodDescriptor<byte[], byte[]> raw = MethodDescriptor.newBuilder(new Untouched(), new Untouched())
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(method.getFullMethodName())
                .build();
        try {
            var _ = ClientCalls.blockingUnaryCall(served.channel(), raw, CallOptions.DEFAULT, message);
        } catch (StatusRuntimeException refused) {
            assertThat(refused.getStatus().getCode()).isNotEqualTo(Status.Code.UNAVAILABLE);
        }
    }

    @Test
    void aPipelineSurvivesEveryBadOperationOnIt() throws Exception {
        AtomicInteger answered = new AtomicInteger();
        CompletableFuture<Boolean> ended = new CompletableFuture<>();
        StreamObserver<PipelineRequest> requests = served.streaming().pipeline(new StreamObserver<>() {
            @Override
            public void onNext(PipelineResponse response) {
                answered.incrementAndGet();
            }

            @Override
            public void onError(Throwable error) {
                ended.completeExceptionally(error);
            }

            @Override
            public void onCompleted() {
                ended.complete(true);
            }
        });
        AtomicInteger sent = new AtomicInteger();
        Seeds.run(500, random -> {
            PipelineRequest.Builder request =
                    PipelineRequest.newBuilder().setId(random.nextLong()).setTimeoutMillis(random.nextInt(3) * 1000);
            switch (random.nextInt(5)) {
                case 0 -> request.setPut(randomPut(random));
                case 1 -> request.setGet(randomGet(random));
                case 2 -> request.setDelete(randomDelete(random));
                case 3 -> request.setUpdate(randomUpdate(random));
                default -> {}
            }
            sent.incrementAndGet();
            requests.onNext(request.build());
        });
        requests.onCompleted();
        assertThat(ended.get(20, TimeUnit.SECONDS)).isTrue();
        assertThat(answered.get()).isEqualTo(sent.get());
    }

    private static PutRequest randomPut(RandomSource random) {
        PutRequest.Builder put = PutRequest.newBuilder()
                .setContext(text(random))
                .setConsistencyValue(random.nextInt(7) - 1)
                .setRequestId(text(random));
        switch (random.nextInt(3)) {
            case 0 -> put.setKey(text(random));
            case 1 -> put.setRawKey(bytes(random, 6000));
            default -> {}
        }
        switch (random.nextInt(3)) {
            case 0 -> put.setValue(text(random));
            case 1 -> put.setRawValue(bytes(random, random.nextInt(10) == 0 ? (1 << 20) + 10 : 100));
            default -> {}
        }
        return put.build();
    }

    private static UpdateRequest randomUpdate(RandomSource random) {
        UpdateRequest.Builder update = UpdateRequest.newBuilder()
                .setConsistencyValue(random.nextInt(7) - 1)
                .setRequestId(text(random))
                .setMap(randomMap(random, random.nextInt(20)));
        switch (random.nextInt(3)) {
            case 0 -> update.setKey(text(random));
            case 1 -> update.setRawKey(bytes(random, 6000));
            default -> {}
        }
        switch (random.nextInt(3)) {
            case 0 -> update.setCounter(CounterChange.newBuilder().setAdd(random.nextLong()));
            case 1 -> update.setRemoveWinsSet(randomSet(random));
            default -> update.setLastWrite(RegisterChange.newBuilder().setClear(random.nextInt(2) == 0));
        }
        return update.build();
    }

    private static MapChange randomMap(RandomSource random, int depth) {
        FieldChange.Builder field = FieldChange.newBuilder();
        if (depth > 0) {
            field.setMap(randomMap(random, depth - 1));
        }
        switch (random.nextInt(4)) {
            case 0 -> field.setSet(randomSet(random));
            case 1 ->
                field.setFlag(FlagChange.newBuilder()
                        .setEnable(random.nextInt(2) == 0)
                        .setReset(random.nextInt(2) == 0));
            case 2 -> field.setRegister(RegisterChange.newBuilder().setRawValue(bytes(random, 100)));
            default -> {}
        }
        MapChange.Builder map = MapChange.newBuilder().setClear(random.nextInt(2) == 0);
        if (random.nextInt(4) == 0) {
            map.addRemove(text(random));
        }
        return map.putFields(text(random), field.build()).build();
    }

    private static SetChange randomSet(RandomSource random) {
        SetChange.Builder set = SetChange.newBuilder();
        int elements = random.nextInt(10) == 0 ? 300 : random.nextInt(4);
        for (int element = 0; element < elements; element++) {
            set.addAdd(text(random)).addRawRemove(bytes(random, 20));
        }
        return set.build();
    }

    private static GetRequest randomGet(RandomSource random) {
        return GetRequest.newBuilder()
                .setRawKey(bytes(random, 6000))
                .setConsistencyValue(random.nextInt(7) - 1)
                .setFormValue(random.nextInt(5) - 1)
                .build();
    }

    private static DeleteRequest randomDelete(RandomSource random) {
        return DeleteRequest.newBuilder()
                .setKey(text(random))
                .setContext(text(random))
                .setConsistencyValue(random.nextInt(7) - 1)
                .setRequestId(text(random))
                .build();
    }

    private static ByteString bytes(RandomSource random, int max) {
        return ByteString.copyFrom(Samples.array(random, random.nextInt(4) == 0 ? 0 : random.nextInt(max)));
    }

    private static String text(RandomSource random) {
        return random.nextInt(3) == 0
                ? ""
                : new String(Samples.array(random, random.nextInt(100)), StandardCharsets.ISO_8859_1);
    }

    private static void clear(Runnable call) {
        try {
            call.run();
        } catch (StatusRuntimeException refused) {
            assertThat(CLEAR).contains(refused.getStatus().getCode());
            assertThat(refused.getStatus().getDescription()).isNotBlank();
        }
    }

    /** Messages as bytes, as they are. */
    private static final class Untouched implements MethodDescriptor.Marshaller<byte[]> {
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
}
