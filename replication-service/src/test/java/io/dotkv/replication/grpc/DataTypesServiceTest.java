package io.dotkv.replication.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.rpc.BadRequest;
import com.google.rpc.BadRequest.FieldViolation;
import com.google.rpc.ErrorInfo;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.types.DataType;
import io.dotkv.kernel.types.Place;
import io.dotkv.kernel.types.Step;
import io.dotkv.kernel.types.TypeChange;
import io.dotkv.kernel.types.Update;
import io.dotkv.proto.replication.v1.Content;
import io.dotkv.proto.replication.v1.CounterChange;
import io.dotkv.proto.replication.v1.DeleteRequest;
import io.dotkv.proto.replication.v1.FieldChange;
import io.dotkv.proto.replication.v1.FlagChange;
import io.dotkv.proto.replication.v1.FlagState;
import io.dotkv.proto.replication.v1.GetRequest;
import io.dotkv.proto.replication.v1.GetResponse;
import io.dotkv.proto.replication.v1.MapChange;
import io.dotkv.proto.replication.v1.Presence;
import io.dotkv.proto.replication.v1.PutRequest;
import io.dotkv.proto.replication.v1.ReadRequest;
import io.dotkv.proto.replication.v1.RegisterChange;
import io.dotkv.proto.replication.v1.ReplicationServiceGrpc.ReplicationServiceBlockingStub;
import io.dotkv.proto.replication.v1.ScanRequest;
import io.dotkv.proto.replication.v1.SetChange;
import io.dotkv.proto.replication.v1.UpdateRequest;
import io.dotkv.proto.replication.v1.UpdateResponse;
import io.dotkv.proto.replication.v1.WriteOutcome;
import io.dotkv.replication.Consistency;
import io.dotkv.replication.ContentResult;
import io.dotkv.replication.Operation;
import io.dotkv.replication.WriteResult;
import io.dotkv.replication.grpc.client.RemoteReplication;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Data types end to end on one real node: storage, replication, gRPC. */
@Tag("integration")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DataTypesServiceTest {
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
    void everyTypeIsUpdatedAndRead() {
        UpdateResponse done = stub.update(update("all")
                .setCounter(adding(5))
                .setSet(SetChange.newBuilder().addAdd("apples").addRawAdd(ByteString.copyFrom(new byte[] {-1})))
                .setRemoveWinsSet(
                        SetChange.newBuilder().addAdd("nuts").addAdd("figs").addRemove("pears"))
                .setFlag(FlagChange.newBuilder().setEnable(true))
                .setDisableWinsFlag(FlagChange.newBuilder().setDisable(true))
                .setLastWrite(RegisterChange.newBuilder().setValue("late"))
                .setMap(MapChange.newBuilder().putFields("inner", nested()))
                .build());
        assertThat(done.getAcknowledgedByList()).containsExactly("only");
        assertThat(done.getRequestId()).startsWith("made-");
        Content content = read("all");
        assertThat(content.getCounter().getValue()).isEqualTo(5);
        assertThat(content.getSet().getElementsList()).containsExactly("apples");
        assertThat(content.getSet().getRawElementsCount()).isEqualTo(1);
        assertThat(content.getRemoveWinsSet().getElementsList()).containsExactly("figs", "nuts");
        assertThat(content.getFlag().getState()).isEqualTo(FlagState.ON);
        assertThat(content.getDisableWinsFlag().getState()).isEqualTo(FlagState.OFF);
        assertThat(content.getLastWrite().getValue()).isEqualTo("late");
        Content inner = content.getMap().getFieldsOrThrow("inner");
        assertThat(inner.getRegister().getValues(0).getValue()).isEqualTo("deep");
        assertThat(inner.getMap().getFieldsOrThrow("deeper").getCounter().getValue())
                .isEqualTo(-2);
    }

    private static FieldChange nested() {
        return FieldChange.newBuilder()
                .setRegister(RegisterChange.newBuilder().setValue("deep"))
                .setMap(MapChange.newBuilder()
                        .putFields(
                                "deeper",
                                FieldChange.newBuilder().setCounter(adding(-2)).build()))
                .build();
    }

    @Test
    void aRetryWithTheSameRequestIdCountsOnce() {
        for (int attempt = 0; attempt < 3; attempt++) {
            stub.update(
                    update("views").setCounter(adding(1)).setRequestId("once").build());
        }
        assertThat(read("views").getCounter().getValue()).isEqualTo(1);
    }

    @Test
    void aGetNamesTheTypesAndAPutLeavesThemAlone() {
        stub.update(update("both").setCounter(adding(1)).build());
        GetResponse got = stub.get(GetRequest.newBuilder().setKey("both").build());
        assertThat(got.getPresence()).isEqualTo(Presence.NOT_FOUND);
        assertThat(got.getTypesList()).containsExactly(io.dotkv.proto.replication.v1.DataType.COUNTER);
        stub.put(PutRequest.newBuilder()
                .setKey("both")
                .setValue("plain")
                .setContext(got.getContext())
                .build());
        assertThat(read("both").getCounter().getValue()).isEqualTo(1);
        assertThat(read("both").getRegister().getValues(0).getValue()).isEqualTo("plain");
        stub.delete(DeleteRequest.newBuilder().setKey("both").build());
        assertThat(stub.read(ReadRequest.newBuilder().setKey("both").build()).getPresence())
                .isEqualTo(Presence.NOT_FOUND);
    }

    @Test
    void aScanNamesTheTypesOfKeysWithoutPlainValues() {
        stub.update(update("scanned").setSet(SetChange.newBuilder().addAdd("x")).build());
        var page = stub.scan(ScanRequest.newBuilder().setPrefix("scanned").build());
        assertThat(page.getEntries(0).getValuesCount()).isZero();
        assertThat(page.getEntries(0).getTypesList()).containsExactly(io.dotkv.proto.replication.v1.DataType.SET);
    }

    @Test
    void everythingThatIsWrongIsNamedAtOnce() {
        com.google.rpc.Status status = Statuses.of(() -> stub.update(UpdateRequest.newBuilder()
                .setCounter(CounterChange.getDefaultInstance())
                .setFlag(FlagChange.newBuilder().setEnable(true).setDisable(true))
                .setSet(SetChange.newBuilder().addAdd(""))
                .setMap(MapChange.newBuilder().putFields("f", FieldChange.getDefaultInstance()))
                .build()));
        assertThat(status.getCode()).isEqualTo(3);
        assertThat(Statuses.detail(status, BadRequest.class).getFieldViolationsList())
                .extracting(FieldViolation::getField)
                .containsExactlyInAnyOrder("key", "counter", "flag", "set.add", "map.fields[f]");
    }

    @Test
    void anEmptyUpdateOrATooLargeOneIsRefused() {
        assertThat(Statuses.of(() -> stub.update(update("k").build())).getMessage())
                .contains("changes nothing");
        SetChange.Builder many = SetChange.newBuilder();
        for (int element = 0; element <= Update.MAX_STEPS; element++) {
            many.addAdd("element " + element);
        }
        assertThat(Statuses.of(() -> stub.update(update("k").setSet(many).build()))
                        .getMessage())
                .contains("more than 256");
        FieldChange deep = FieldChange.newBuilder().setCounter(adding(1)).build();
        for (int depth = 0; depth <= Place.MAX_DEPTH; depth++) {
            deep = FieldChange.newBuilder()
                    .setMap(MapChange.newBuilder().putFields("f", deep))
                    .build();
        }
        FieldChange tooDeep = deep;
        assertThat(Statuses.of(() ->
                                stub.update(update("k").setMap(tooDeep.getMap()).build()))
                        .getMessage())
                .contains("more than 16 deep");
    }

    @Test
    void aCounterThatWouldOverflowIsRefusedAsNotApplied() {
        stub.update(update("full").setCounter(adding(Long.MAX_VALUE)).build());
        com.google.rpc.Status status = Statuses.of(
                () -> stub.update(update("full").setCounter(adding(1)).build()));
        assertThat(status.getCode()).isEqualTo(9);
        assertThat(status.getMessage()).contains("The update of key \"full\" was not done", "64 bits");
        assertThat(Statuses.detail(status, ErrorInfo.class).getReason()).isEqualTo("CHANGE_IMPOSSIBLE");
        assertThat(Statuses.detail(status, WriteOutcome.class).getOutcome())
                .isEqualTo(io.dotkv.proto.replication.v1.Outcome.NOT_APPLIED);
    }

    @Test
    void theRemoteFormDoesWhatTheLocalOneDoes() {
        RemoteReplication remote = new RemoteReplication(served.channel(), SingleNode.CLOCK);
        List<Bytes> field = List.of(Bytes.utf8("f"));
        List<Step> steps = List.of(
                new Step(new Place(List.of(), DataType.COUNTER), new TypeChange.Clear()),
                new Step(new Place(List.of(), DataType.COUNTER), new TypeChange.Increase(3)),
                new Step(new Place(List.of(), DataType.ADD_WINS_SET), new TypeChange.Remove(Bytes.utf8("a"))),
                new Step(new Place(List.of(), DataType.ADD_WINS_SET), new TypeChange.Add(Bytes.utf8("b"))),
                new Step(new Place(List.of(), DataType.MAP), new TypeChange.Remove(Bytes.utf8("old"))),
                new Step(new Place(field, DataType.ENABLE_WINS_FLAG), new TypeChange.Switch(true)),
                new Step(new Place(field, DataType.REGISTER), new TypeChange.Put(Bytes.utf8("v"))));
        assertThat(await(remote.write(write(steps)))).isInstanceOf(WriteResult.Applied.class);
        Operation.Read read = new Operation.Read(Key.of("remote"), Consistency.ONE, soon());
        ContentResult local = await(node.replication().content(read));
        assertThat(await(remote.content(read))).isEqualTo(local);
        assertThat(((ContentResult.Answered) local).content().types())
                .containsExactly(DataType.COUNTER, DataType.ADD_WINS_SET, DataType.MAP);
        assertThat(await(remote.write(write(steps.reversed())))).isInstanceOf(WriteResult.NotApplied.class);
    }

    private static Operation.Write write(List<Step> steps) {
        return new Operation.Write(
                Key.of("remote"), new Operation.Write.Typed(new Update(steps)), Consistency.ONE, "r", soon());
    }

    private static long soon() {
        return SingleNode.CLOCK.monotonicNanos() + TimeUnit.SECONDS.toNanos(10);
    }

    private static <T> T await(java.util.concurrent.CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    private static UpdateRequest.Builder update(String key) {
        return UpdateRequest.newBuilder().setKey(key);
    }

    private static CounterChange adding(long amount) {
        return CounterChange.newBuilder().setAdd(amount).build();
    }

    private Content read(String key) {
        return stub.read(ReadRequest.newBuilder().setKey(key).build()).getContent();
    }
}
