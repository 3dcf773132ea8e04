package io.dotkv.replication.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import io.dotkv.proto.replication.v1.Consistency;
import io.dotkv.proto.replication.v1.DeleteRequest;
import io.dotkv.proto.replication.v1.Entry;
import io.dotkv.proto.replication.v1.Form;
import io.dotkv.proto.replication.v1.GetRequest;
import io.dotkv.proto.replication.v1.GetResponse;
import io.dotkv.proto.replication.v1.Outcome;
import io.dotkv.proto.replication.v1.Presence;
import io.dotkv.proto.replication.v1.PutRequest;
import io.dotkv.proto.replication.v1.PutResponse;
import io.dotkv.proto.replication.v1.ReplicationServiceGrpc.ReplicationServiceBlockingStub;
import io.dotkv.proto.replication.v1.ScanRequest;
import io.dotkv.proto.replication.v1.ScanResponse;
import io.dotkv.proto.replication.v1.Value;
import io.dotkv.proto.replication.v1.WriteOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The service end to end on one real node: storage, replication, gRPC. */
@Tag("integration")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReplicationGrpcServiceTest {
    private final SingleNode node = new SingleNode();
    private final Served served = new Served(node.replication());
    private final ReplicationServiceBlockingStub stub = served.blocking();

    @BeforeAll
    void waitUntilItServes() {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!node.replication().status().enlisted()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    @AfterAll
    void stop() {
        served.close();
        node.close();
    }

    @Test
    void textIsPutAndReadAsText() {
        PutResponse put = stub.put(put("text", "3 apples").build());
        assertThat(put.hasReplaced()).isTrue();
        assertThat(put.getReplaced()).isZero();
        assertThat(put.getAcknowledgedByList()).containsExactly("only");
        assertThat(put.getRequestId()).startsWith("made-");
        GetResponse got = stub.get(get("text").build());
        assertThat(got.getPresence()).isEqualTo(Presence.FOUND);
        assertThat(got.getAnsweredByList()).containsExactly("only");
        assertThat(got.getValues(0).getValue()).isEqualTo("3 apples");
        assertThat(got.getValues(0).getDot()).matches("1\\.1:\\d+");
        assertThat(got.getValues(0).getWrittenAt().getSeconds()).isGreaterThan(1_600_000_000L);
    }

    @Test
    void bytesThatAreNotTextAreAnsweredRawAndRefusedAsText() {
        ByteString bytes = ByteString.copyFrom(new byte[] {(byte) 0xff, 0});
        stub.put(put("raw", "").setRawValue(bytes).build());
        assertThat(stub.get(get("raw").build()).getValues(0).getRawValue()).isEqualTo(bytes);
        com.google.rpc.Status status =
                Statuses.of(() -> stub.get(get("raw").setForm(Form.TEXT).build()));
        assertThat(status.getCode()).isEqualTo(9);
        assertThat(status.getMessage()).contains("\"raw\"", "not UTF-8");
    }

    @Test
    void textIsAnsweredRawWhenAskedFor() {
        stub.put(put("form", "v").build());
        Value value = stub.get(get("form").setForm(Form.RAW).build()).getValues(0);
        assertThat(value.getValueFormCase()).isEqualTo(Value.ValueFormCase.RAW_VALUE);
    }

    @Test
    void textAndRawKeysAreOneKeySpace() {
        stub.put(put("same", "v").build());
        GetRequest raw = GetRequest.newBuilder()
                .setRawKey(ByteString.copyFromUtf8("same"))
                .build();
        assertThat(stub.get(raw).getPresence()).isEqualTo(Presence.FOUND);
    }

    @Test
    void aKeyThatWasNeverWrittenIsNotFoundWithAUsableContext() {
        GetResponse got = stub.get(get("never").build());
        assertThat(got.getPresence()).isEqualTo(Presence.NOT_FOUND);
        stub.put(put("never", "v").setContext(got.getContext()).build());
    }

    @Test
    void aPutWithAnOlderContextLeavesASiblingAndADeleteWithTheNewestContextLeavesNothing() {
        String first = stub.put(put("sib", "1").build()).getContext();
        stub.put(put("sib", "2").setContext(first).build());
        stub.put(put("sib", "3").setContext(first).build());
        GetResponse both = stub.get(get("sib").build());
        assertThat(both.getValuesList()).extracting(Value::getValue).containsExactly("3", "2");
        int replaced = stub.delete(DeleteRequest.newBuilder()
                        .setKey("sib")
                        .setContext(both.getContext())
                        .build())
                .getReplaced();
        assertThat(replaced).isEqualTo(2);
        assertThat(stub.get(get("sib").build()).getPresence()).isEqualTo(Presence.NOT_FOUND);
    }

    @Test
    void anEmptyValueIsAValue() {
        stub.put(put("empty", "").build());
        assertThat(stub.get(get("empty").build()).getPresence()).isEqualTo(Presence.FOUND);
    }

    @Test
    void allThatIsWrongWithARequestIsNamedAtOnce() {
        PutRequest request = PutRequest.newBuilder()
                .setRawKey(ByteString.copyFrom(new byte[4097]))
                .setConsistencyValue(99)
                .setRequestId("x".repeat(65))
                .build();
        com.google.rpc.Status status = Statuses.of(() -> stub.put(request));
        assertThat(status.getCode()).isEqualTo(3);
        assertThat(Statuses.detail(status, ErrorInfo.class))
                .isEqualTo(ErrorInfo.newBuilder()
                        .setDomain("dotkv")
                        .setReason("INVALID_REQUEST")
                        .build());
        assertThat(Statuses.detail(status, BadRequest.class).getFieldViolationsList())
                .extracting(BadRequest.FieldViolation::getField)
                .containsExactly("raw_key", "value", "consistency", "request_id");
        assertThat(Statuses.detail(status, WriteOutcome.class).getOutcome()).isEqualTo(Outcome.NOT_APPLIED);
        assertThat(status.getMessage()).contains("nothing was done", "not 4097", "value is missing");
    }

    @Test
    void aValueOverTheLimitIsRefused() {
        PutRequest request = put("big", "x".repeat((1 << 20) + 1)).build();
        assertThat(Statuses.of(() -> stub.put(request)).getMessage()).contains("1048577 bytes", "1048576");
        stub.put(put("big", "x".repeat(1 << 20)).build());
    }

    @Test
    void aLevelThatTheKeyHasTooFewReplicasForIsRefusedWithTheRemedy() {
        com.google.rpc.Status status = Statuses.of(
                () -> stub.put(put("k", "v").setConsistency(Consistency.TWO).build()));
        assertThat(status.getCode()).isEqualTo(9);
        assertThat(Statuses.detail(status, ErrorInfo.class).getReason()).isEqualTo("LEVEL_IMPOSSIBLE");
        assertThat(status.getMessage()).contains("TWO asks for 2 replicas and the key has only 1 (only)");
    }

    @Test
    void aDeadlineThatHasPassedIsNotApplied() {
        com.google.rpc.Status status = Statuses.of(() -> stub.withDeadlineAfter(1, TimeUnit.NANOSECONDS)
                .put(put("late", "v").build()));
        assertThat(status.getCode()).isEqualTo(4);
    }

    @Test
    void aScanGoesThroughAllKeysOfAPrefixInOrder() {
        for (int number = 0; number < 25; number++) {
            stub.put(put("scan:" + (100 + number), "v").build());
        }
        List<String> keys = new ArrayList<>();
        String page = "";
        do {
            ScanResponse response = stub.scan(ScanRequest.newBuilder()
                    .setPrefix("scan:")
                    .setPageSize(10)
                    .setPageToken(page)
                    .build());
            response.getEntriesList().stream().map(Entry::getKey).forEach(keys::add);
            page = response.getNextPageToken();
        } while (!page.isEmpty());
        assertThat(keys).hasSize(25).isSorted();
        String token =
                stub.scan(ScanRequest.newBuilder().setPageSize(1).build()).getNextPageToken();
        assertThat(Statuses.of(() -> stub.scan(ScanRequest.newBuilder()
                                .setPrefix("other")
                                .setPageToken(token)
                                .build()))
                        .getMessage())
                .contains("another prefix");
    }

    @Test
    void aPageOfAScanIsOfReasonableSize() {
        ScanRequest request = ScanRequest.newBuilder().setPageSize(10_001).build();
        assertThat(Statuses.of(() -> stub.scan(request)).getMessage()).contains("10001", "up to 10000");
    }

    private static PutRequest.Builder put(String key, String value) {
        return PutRequest.newBuilder().setKey(key).setValue(value);
    }

    private static GetRequest.Builder get(String key) {
        return GetRequest.newBuilder().setKey(key);
    }
}
