package io.dotkv.launcher.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.common.util.concurrent.ListenableFuture;
import io.dotkv.proto.replication.v1.Consistency;
import io.dotkv.proto.replication.v1.PutRequest;
import io.dotkv.proto.replication.v1.PutResponse;
import io.dotkv.proto.replication.v1.ReplicationServiceGrpc;
import io.dotkv.proto.replication.v1.ScanRequest;
import io.dotkv.proto.replication.v1.ScanResponse;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that is stopped and goes on later finds calls in its sockets that nobody waits for any more. */
@Tag("acceptance")
final class StoppedNodeTest {
    private static final int PUTS = 40;

    @TempDir
    private Path folder;

    private RunningCluster cluster;

    @BeforeEach
    void startThree() {
        cluster = new RunningCluster(folder);
    }

    @AfterEach
    void stopAll() {
        cluster.close();
    }

    @Test
    void whatClientsGaveUpMeanwhileIsNeverDoneAndWhatTheyStillWaitForIs() throws Exception {
        RunningNode stopped = cluster.node(1);
        Calls.put(stopped, "before", "v");
        stopped.pause();
        List<ListenableFuture<PutResponse>> expired = new ArrayList<>();
        List<ListenableFuture<PutResponse>> cancelled = new ArrayList<>();
        for (int put = 0; put < PUTS; put++) {
            expired.add(put(stopped, "expired-" + put, Duration.ofMillis(500)));
            cancelled.add(put(stopped, "cancelled-" + put, Duration.ofMinutes(2)));
        }
        List<ListenableFuture<ScanResponse>> scans = new ArrayList<>();
        for (int scan = 0; scan < 30; scan++) {
            scans.add(ReplicationServiceGrpc.newFutureStub(stopped.channel())
                    .withDeadlineAfter(1, TimeUnit.SECONDS)
                    .scan(ScanRequest.getDefaultInstance()));
        }
        Until.pause(Duration.ofSeconds(2));
        cancelled.forEach(call -> call.cancel(true));
        ListenableFuture<PutResponse> live = put(stopped, "live", Duration.ofMinutes(1));
        Until.isTrue(
                Duration.ofSeconds(10),
                "all that expires has expired",
                () -> expired.stream().allMatch(ListenableFuture::isDone)
                        && scans.stream().allMatch(ListenableFuture::isDone));
        stopped.resume();

        assertThat(live.get(60, TimeUnit.SECONDS).getAcknowledgedByCount()).isGreaterThanOrEqualTo(2);
        assertThat(stopped.replication()
                        .withDeadlineAfter(30, TimeUnit.SECONDS)
                        .scan(ScanRequest.getDefaultInstance())
                        .getEntriesList())
                .extracting(entry -> entry.getKey())
                .containsExactlyInAnyOrder("before", "live");
        for (int put = 0; put < PUTS; put++) {
            for (String key : List.of("expired-" + put, "cancelled-" + put)) {
                assertThat(Calls.values(Calls.get(cluster.node(2), key, Consistency.ALL)))
                        .as(key)
                        .isEmpty();
            }
        }
    }

    private static ListenableFuture<PutResponse> put(RunningNode node, String key, Duration time) {
        return ReplicationServiceGrpc.newFutureStub(node.channel())
                .withDeadlineAfter(time.toMillis(), TimeUnit.MILLISECONDS)
                .put(PutRequest.newBuilder().setKey(key).setValue("v").build());
    }

    @Test
    void aScanDoesNotWaitForANodeThatIsStopped() {
        Calls.put(cluster.node(1), "key", "v");
        cluster.node(2).pause();
        for (int scan = 0; scan < 5; scan++) {
            for (int node : new int[] {1, 3}) {
                assertThat(cluster.node(node)
                                .replication()
                                .withDeadlineAfter(20, TimeUnit.SECONDS)
                                .scan(ScanRequest.getDefaultInstance())
                                .getEntriesList())
                        .hasSize(1);
            }
        }
    }

    @Test
    void whoHasLeftAWriteWithANodeLearnsWhichItIsBeforeTheWriteIsDone() throws Exception {
        cluster.node(2).pause();
        AtomicReference<Metadata> headers = new AtomicReference<>();
        StatusRuntimeException failure = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> ReplicationServiceGrpc.newBlockingStub(cluster.node(1).channel())
                        .withInterceptors(MetadataUtils.newCaptureMetadataInterceptor(headers, new AtomicReference<>()))
                        .withDeadlineAfter(10, TimeUnit.SECONDS)
                        .put(PutRequest.newBuilder()
                                .setKey("key")
                                .setValue("v")
                                .setConsistency(Consistency.ALL)
                                .build()));
        assertThat(failure.getStatus().getCode()).isIn(Status.Code.DEADLINE_EXCEEDED, Status.Code.UNAVAILABLE);
        if (failure.getStatus().getCode() == Status.Code.DEADLINE_EXCEEDED) {
            assertThat(headers.get().get(Metadata.Key.of("dotkv-coordinator", Metadata.ASCII_STRING_MARSHALLER)))
                    .isEqualTo("n1");
        }
    }
}
