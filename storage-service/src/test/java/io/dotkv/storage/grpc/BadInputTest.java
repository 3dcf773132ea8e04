package io.dotkv.storage.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.kernel.Row;
import io.dotkv.kernel.ports.RandomSource;
import io.dotkv.kernel.testkit.Samples;
import io.dotkv.kernel.testkit.Seeds;
import io.dotkv.proto.storage.v1.StorageServiceGrpc;
import io.dotkv.storage.MutationListener;
import io.dotkv.storage.Outcome;
import io.dotkv.storage.Requests;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Bytes that are no request, to every rpc: each gets a status, and nobody else notices. */
@Tag("integration")
class BadInputTest {
    /** A request as bytes, an answer as nothing. */
    private static final MethodDescriptor.Marshaller<byte[]> RAW = new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(byte[] bytes) {
            return new ByteArrayInputStream(bytes);
        }

        @Override
        public byte[] parse(InputStream stream) {
            return new byte[0];
        }
    };

    /** Answers at once what chance made a valid request. */
    private static final class ReadyStorage extends ScriptedStorage {
        @Override
        public CompletionStage<Outcome<Row>> read(Requests.Read request) {
            return CompletableFuture.completedFuture(Outcome.done(Row.EMPTY));
        }

        @Override
        public CompletionStage<Outcome<Long>> apply(Requests.Apply request) {
            return CompletableFuture.completedFuture(Outcome.done(7L));
        }

        @Override
        public void mutate(Requests.Mutate request, MutationListener listener) {
            listener.ended(Outcome.unknown("not scripted"));
        }
    }

    @Test
    void everyRpcAnswersEveryKindOfBytesByAStatus() throws Exception {
        ScriptedStorage storage = new ReadyStorage();
        try (Loopback both = new Loopback(storage)) {
            Seeds.run(60, random -> {
                for (MethodDescriptor<?, ?> method :
                        StorageServiceGrpc.getServiceDescriptor().getMethods()) {
                    Status status = call(both, method, garbage(random));
                    assertThat(status.getCode())
                            .as("%s: %s", method.getBareMethodName(), status.getDescription())
                            .isNotIn(Status.Code.DEADLINE_EXCEEDED, Status.Code.UNAVAILABLE);
                }
            });
            assertThat(both.remote.isReachable()).isTrue();
            var apply = both.remote.apply(Messages.apply(1, System.nanoTime() + 10_000_000_000L));
            assertThat(apply.toCompletableFuture().get(10, TimeUnit.SECONDS)).isEqualTo(Outcome.done(7L));
        }
    }

    private static byte[] garbage(RandomSource random) {
        byte[] bytes = Samples.array(random, random.nextInt(80));
        for (int index = 0; index < bytes.length; index++) {
            if (random.nextInt(2) == 0) {
                bytes[index] = (byte) (8 * (1 + random.nextInt(4)) + random.nextInt(3));
            }
        }
        return bytes;
    }

    private static Status call(Loopback both, MethodDescriptor<?, ?> method, byte[] request) throws Exception {
        MethodDescriptor<byte[], byte[]> raw = method.toBuilder(RAW, RAW).build();
        ClientCall<byte[], byte[]> call =
                both.channel.newCall(raw, CallOptions.DEFAULT.withDeadlineAfter(10, TimeUnit.SECONDS));
        CompletableFuture<Status> closed = new CompletableFuture<>();
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        closed.complete(status);
                    }
                },
                new Metadata());
        call.request(100);
        call.sendMessage(request);
        call.halfClose();
        return closed.get(20, TimeUnit.SECONDS);
    }
}
