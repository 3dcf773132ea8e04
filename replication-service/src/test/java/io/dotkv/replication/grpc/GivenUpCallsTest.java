package io.dotkv.replication.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.util.concurrent.ListenableFuture;
import io.dotkv.proto.replication.v1.PipelineRequest;
import io.dotkv.proto.replication.v1.PipelineResponse;
import io.dotkv.proto.replication.v1.PutRequest;
import io.dotkv.proto.replication.v1.PutResponse;
import io.dotkv.proto.replication.v1.ReplicationServiceGrpc;
import io.dotkv.replication.WriteResult;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a client gives up is given up in the layer. */
@Tag("integration")
class GivenUpCallsTest {
    private final ScriptedReplication replication = new ScriptedReplication();
    private final Served served = new Served(replication);

    @AfterEach
    void stop() {
        served.close();
    }

    @Test
    void aCallThatIsCancelledCancelsItsWrite() throws Exception {
        ListenableFuture<PutResponse> call =
                ReplicationServiceGrpc.newFutureStub(served.channel()).put(put("r1"));
        replication.asked.take();
        CompletableFuture<WriteResult> write = replication.writeOf("r1");
        assertThat(write).isNotDone();
        call.cancel(true);
        assertCancelled(write);
    }

    @Test
    void aPipelineThatIsCancelledCancelsWhatRunsOnIt() throws Exception {
        StreamObserver<PipelineRequest> requests = served.streaming().pipeline(new StreamObserver<>() {
            @Override
            public void onNext(PipelineResponse response) {}

            @Override
            public void onError(Throwable failure) {}

            @Override
            public void onCompleted() {}
        });
        requests.onNext(PipelineRequest.newBuilder().setId(1).setPut(put("r1")).build());
        requests.onNext(PipelineRequest.newBuilder().setId(2).setPut(put("r2")).build());
        replication.asked.take();
        replication.asked.take();
        requests.onError(Status.CANCELLED.asRuntimeException());
        assertCancelled(replication.writeOf("r1"));
        assertCancelled(replication.writeOf("r2"));
    }

    @Test
    void theTimeOfAnErrorIsLongEnoughAtShortDeadlinesToo() {
        assertThat(ReplicationGrpcService.aheadNanos(TimeUnit.MILLISECONDS.toNanos(10)))
                .isEqualTo(TimeUnit.MICROSECONDS.toNanos(2_500));
        assertThat(ReplicationGrpcService.aheadNanos(TimeUnit.MILLISECONDS.toNanos(150)))
                .isEqualTo(TimeUnit.MICROSECONDS.toNanos(37_500));
        assertThat(ReplicationGrpcService.aheadNanos(TimeUnit.SECONDS.toNanos(1)))
                .isEqualTo(TimeUnit.MILLISECONDS.toNanos(50));
        assertThat(ReplicationGrpcService.aheadNanos(TimeUnit.SECONDS.toNanos(10)))
                .isEqualTo(TimeUnit.MILLISECONDS.toNanos(100));
    }

    private static void assertCancelled(CompletableFuture<WriteResult> write) {
        assertThatThrownBy(() -> write.get(10, TimeUnit.SECONDS)).isInstanceOf(CancellationException.class);
    }

    private static PutRequest put(String requestId) {
        return PutRequest.newBuilder()
                .setKey("k")
                .setValue("v")
                .setRequestId(requestId)
                .build();
    }
}
