package io.dotkv.launcher.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.proto.replication.v1.GetRequest;
import io.dotkv.proto.replication.v1.GetResponse;
import io.dotkv.proto.replication.v1.ReplicationServiceGrpc;
import io.dotkv.proto.replication.v1.Value;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("integration")
class WireCompressionTest {
    private static final String LONG = "a value that repeats itself, ".repeat(100);

    @Test
    void whatACallerThatCompressesSendsAndGetsIsSmallerAndTheSame() throws Exception {
        Sizes plain = call(WireCompression.NONE, WireCompression.NONE);
        Sizes both = call(WireCompression.GZIP, WireCompression.GZIP);
        assertThat(both.out.get()).isLessThan(plain.out.get() / 4);
        assertThat(both.in.get()).isLessThan(plain.in.get() / 4);
    }

    @Test
    void nodesThatDifferUnderstandEachOtherAndEachDecidesForWhatItSends() throws Exception {
        Sizes plain = call(WireCompression.NONE, WireCompression.NONE);
        Sizes caller = call(WireCompression.GZIP, WireCompression.NONE);
        assertThat(caller.out.get()).isLessThan(plain.out.get() / 4);
        assertThat(caller.in.get()).isEqualTo(plain.in.get());
        Sizes server = call(WireCompression.NONE, WireCompression.GZIP);
        assertThat(server.out.get()).isEqualTo(plain.out.get());
        assertThat(server.in.get()).isEqualTo(plain.in.get());
    }

    @Test
    void withoutCompressionNothingIsInTheWay() {
        assertThat(WireCompression.NONE.ofCalls()).isEmpty();
        assertThat(WireCompression.NONE.ofAnswers()).isEmpty();
    }

    private static Sizes call(WireCompression caller, WireCompression answerer) throws Exception {
        EventLoops loops = new EventLoops(1);
        NodeServer server = new NodeServer(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                loops,
                answerer,
                64L << 20,
                List.of(new Echo()));
        server.start();
        PeerChannels channels = new PeerChannels(loops, caller);
        Sizes sizes = new Sizes();
        try {
            Channel channel = ClientInterceptors.intercept(channels.to("127.0.0.1:" + server.port()));
            GetResponse response = ClientCalls.blockingUnaryCall(
                    channel,
                    ReplicationServiceGrpc.getGetMethod(),
                    CallOptions.DEFAULT.withStreamTracerFactory(sizes),
                    GetRequest.newBuilder().setKey(LONG).build());
            assertThat(response.getValues(0).getValue()).isEqualTo(LONG);
        } finally {
            channels.close();
            server.stop(1000);
            loops.close();
        }
        return sizes;
    }

    /** Answers a key by itself. */
    private static final class Echo extends ReplicationServiceGrpc.ReplicationServiceImplBase {
        @Override
        public void get(GetRequest request, StreamObserver<GetResponse> answers) {
            answers.onNext(GetResponse.newBuilder()
                    .addValues(Value.newBuilder().setValue(request.getKey()))
                    .build());
            answers.onCompleted();
        }
    }

    /** Bytes on the wire. */
    private static final class Sizes extends ClientStreamTracer.Factory {
        private final AtomicLong out = new AtomicLong();
        private final AtomicLong in = new AtomicLong();

        @Override
        public ClientStreamTracer newClientStreamTracer(ClientStreamTracer.StreamInfo info, Metadata headers) {
            return new ClientStreamTracer() {
                @Override
                public void outboundWireSize(long bytes) {
                    out.addAndGet(bytes);
                }

                @Override
                public void inboundWireSize(long bytes) {
                    in.addAndGet(bytes);
                }
            };
        }
    }
}
