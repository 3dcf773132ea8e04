package io.dotkv.storage.grpc;

import static io.dotkv.storage.grpc.ExchangeTest.outcomeOf;
import static io.dotkv.storage.grpc.ExchangeTest.reasonOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.common.util.concurrent.ListenableFuture;
import io.dotkv.kernel.Actor;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.PartitionId;
import io.dotkv.kernel.Row;
import io.dotkv.kernel.ports.SeededRandom;
import io.dotkv.proto.storage.v1.AbsorbRequest;
import io.dotkv.proto.storage.v1.ApplyRequest;
import io.dotkv.proto.storage.v1.AssumeRequest;
import io.dotkv.proto.storage.v1.GetClocksRequest;
import io.dotkv.proto.storage.v1.MutateRequest;
import io.dotkv.proto.storage.v1.MutateResponse;
import io.dotkv.proto.storage.v1.PullRequest;
import io.dotkv.proto.storage.v1.ReadRequest;
import io.dotkv.proto.storage.v1.ScanRequest;
import io.dotkv.proto.storage.v1.StorageServiceGrpc;
import io.dotkv.storage.Assignment;
import io.dotkv.storage.AssignmentAck;
import io.dotkv.storage.Digests;
import io.dotkv.storage.Outcome;
import io.dotkv.storage.PartitionClock;
import io.dotkv.storage.PeerLag;
import io.dotkv.storage.PullMessage;
import io.dotkv.storage.Refusal;
import io.dotkv.storage.Requests;
import io.dotkv.storage.RowPage;
import io.dotkv.storage.RowRepair;
import io.dotkv.storage.StampedWrite;
import io.dotkv.storage.StorageDescription;
import io.dotkv.storage.grpc.codec.AlgebraCodec;
import io.dotkv.storage.grpc.codec.StorageRequestCodec;
import io.dotkv.storage.grpc.exchange.ExchangeSettings;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The calls that are rpcs of their own. */
@Tag("integration")
class UnaryTest {
    private static final Refusal STALE = new Refusal(Refusal.Reason.STALE_PLACEMENT, 9, "the layout is at 9");

    private final SeededRandom random = new SeededRandom(1);

    @Test
    void everyCallArrivesAsItWasMadeAndAnswersAsTheStorageDid() {
        try (InProcess both = InProcess.connected()) {
            Assignment mandate = Messages.mandate(random);
            both.storage.assumed = Outcome.done(
                    new AssignmentAck(3, Optional.of(new Actor(3, 4)), 77, 2, "disk", List.of(new PartitionId(5))));
            assertThat(both.remote.assume(mandate)).isCompletedWithValue(both.storage.assumed);
            assertThat(both.storage.others.remove()).isEqualTo(mandate);

            Requests.Scan scan = Messages.scan(random);
            scan = new Requests.Scan(
                    scan.placement(),
                    scan.after(),
                    scan.prefix(),
                    scan.limit(),
                    scan.partitions(),
                    both.in(InProcess.SECOND));
            RowPage page = Messages.page(random);
            both.storage.page = Outcome.done(page);
            assertThat(both.remote.scan(scan)).isCompletedWithValue(Outcome.done(page));
            assertThat(both.storage.others.remove())
                    .isInstanceOfSatisfying(
                            Requests.Scan.class,
                            arrived -> assertThat(arrived.partitions()).isNotNull());

            List<PartitionClock> clocks = Messages.pull(random).clocks();
            both.storage.clocks = Outcome.done(clocks);
            assertThat(both.remote.clocks(Set.of(new PartitionId(5)))).isCompletedWithValue(Outcome.done(clocks));
            assertThat(both.storage.others.remove()).isEqualTo(Set.of(new PartitionId(5)));

            PullMessage message = Messages.pullMessage(random);
            both.storage.absorbed = Outcome.done(12);
            assertThat(both.remote.absorb(message)).isCompletedWithValue(Outcome.done(12));
            assertThat(both.storage.others.remove()).isEqualTo(message);

            Digests digests = new Digests(
                    DotSet.upTo(new Actor(3, 4), 5),
                    99,
                    List.of(
                            new Digests.Range(Bytes.utf8("k"), 3, 1, 2, Bytes.wrap(new byte[16])),
                            new Digests.Range(Bytes.EMPTY, 0, 0, 0, Bytes.wrap(new byte[16]))));
            both.storage.digests = Outcome.done(digests);
            Requests.Digest digest = new Requests.Digest(
                    7,
                    new PartitionId(5),
                    digests.clock(),
                    Bytes.utf8("j"),
                    List.of(Bytes.utf8("k"), Bytes.EMPTY),
                    1000,
                    both.in(InProcess.SECOND));
            assertThat(both.remote.digest(digest)).isCompletedWithValue(Outcome.done(digests));
            assertThat(both.storage.others.remove())
                    .isInstanceOfSatisfying(
                            Requests.Digest.class,
                            arrived -> assertThat(arrived)
                                    .usingRecursiveComparison()
                                    .ignoringFields("deadlineNanos")
                                    .isEqualTo(digest));
            both.storage.damaged = Outcome.done(List.of(Key.of("cart"), Key.of("box")));
            assertThat(both.remote.damaged()).isCompletedWithValue(both.storage.damaged);
            both.storage.mended = Outcome.done(RowRepair.EVENTS_MISSING);
            Requests.Mend mend = new Requests.Mend(
                    7, Key.of("cart"), new Row(List.of(), digests.clock()), true, both.in(InProcess.SECOND));
            assertThat(both.remote.mend(mend)).isCompletedWithValue(both.storage.mended);
            assertThat(both.storage.others.remove())
                    .isInstanceOfSatisfying(
                            Requests.Mend.class,
                            arrived -> assertThat(arrived.row()).isEqualTo(mend.row()));

            StorageDescription description = new StorageDescription(
                    "c",
                    "n1",
                    1,
                    2,
                    "memory",
                    "sync",
                    7,
                    256,
                    3,
                    1_000_000,
                    5_000_000_000L,
                    9,
                    List.of(
                            new PeerLag(2, 3_000_000, 1203, 12, OptionalLong.of(9_000_000), OptionalLong.empty()),
                            new PeerLag(3, 0, 0, 0, OptionalLong.empty(), OptionalLong.of(8_000_000))),
                    new StorageDescription.Siblings(5, 3, 2),
                    new StorageDescription.Health(2, 7, 5, true, "a sentence"));
            both.storage.description = Outcome.done(description);
            assertThat(both.remote.describe()).isCompletedWithValue(Outcome.done(description));
        }
    }

    @Test
    void refusalsArriveAlsoWhereTheResponseHasNoRoomForThem() {
        try (InProcess both = InProcess.connected()) {
            both.storage.assumed = Outcome.refused(STALE);
            assertThat(both.remote.assume(Messages.mandate(random))).isCompletedWithValue(Outcome.refused(STALE));
            both.storage.page = Outcome.refused(STALE);
            assertThat(both.remote.scan(scan(both))).isCompletedWithValue(Outcome.refused(STALE));
            both.storage.absorbed = Outcome.refused(STALE);
            assertThat(both.remote.absorb(Messages.pullMessage(random))).isCompletedWithValue(Outcome.refused(STALE));
            both.storage.clocks = Outcome.refused(STALE);
            assertThat(both.remote.clocks(Set.of())).isCompletedWithValue(Outcome.refused(STALE));
            both.storage.description = Outcome.refused(STALE);
            assertThat(both.remote.describe()).isCompletedWithValue(Outcome.refused(STALE));
        }
    }

    @Test
    void whatTheStorageDoesNotKnowIsUnknown() {
        try (InProcess both = InProcess.connected()) {
            assertThat(outcomeOf(both.remote.assume(Messages.mandate(random)))).isInstanceOf(Outcome.Unknown.class);
            assertThat(outcomeOf(both.remote.absorb(Messages.pullMessage(random))))
                    .isInstanceOf(Outcome.Unknown.class);
        }
    }

    @Test
    void withoutAServerNothingIsSent() {
        try (InProcess both = new InProcess(ExchangeSettings.DEFAULT, Runnable::run)) {
            both.time.runFor(InProcess.SECOND);
            assertThat(reasonOf(both.remote.assume(Messages.mandate(random)))).isEqualTo(Refusal.Reason.UNREACHABLE);
            assertThat(reasonOf(both.remote.absorb(Messages.pullMessage(random))))
                    .isEqualTo(Refusal.Reason.UNREACHABLE);
            assertThat(reasonOf(both.remote.scan(scan(both)))).isEqualTo(Refusal.Reason.UNREACHABLE);
            assertThat(reasonOf(both.remote.clocks(Set.of()))).isEqualTo(Refusal.Reason.UNREACHABLE);
            assertThat(reasonOf(both.remote.describe())).isEqualTo(Refusal.Reason.UNREACHABLE);
            assertThat(reasonOf(both.remote.pull(Messages.pull(random), message -> new CompletableFuture<>())))
                    .isEqualTo(Refusal.Reason.UNREACHABLE);
        }
    }

    @Test
    void aMutationAnswersWhenItIsDurable() throws Exception {
        try (InProcess both = InProcess.connected()) {
            MutateRequest request = StorageRequestCodec.encode(Messages.mutate("v", "r1", InProcess.SECOND), 0);
            ListenableFuture<MutateResponse> answer =
                    StorageServiceGrpc.newFutureStub(both.channel).mutate(request);
            var mutation = both.storage.mutations.remove();
            mutation.listener().assigned(new StampedWrite(Messages.put(5, "v"), 1, false));
            assertThat(answer.isDone()).isFalse();
            mutation.listener().ended(Outcome.done(7L));
            assertThat(answer.get(1, TimeUnit.SECONDS).getAssigned().getReplaced())
                    .isEqualTo(1);
        }
    }

    @Test
    void readsAndAppliesWorkByThemselvesToo() throws Exception {
        try (InProcess both = InProcess.connected()) {
            var stub = StorageServiceGrpc.newFutureStub(both.channel);
            var read = stub.read(StorageRequestCodec.encode(Messages.read(InProcess.SECOND), 0));
            both.storage.reads.remove().answer().complete(Outcome.done(Row.EMPTY));
            assertThat(read.get(1, TimeUnit.SECONDS).hasRow()).isTrue();
            var apply = stub.apply(StorageRequestCodec.encode(Messages.apply(1, InProcess.SECOND), 0));
            both.storage.applies.remove().answer().complete(Outcome.refused(STALE));
            assertThat(apply.get(1, TimeUnit.SECONDS).getRefusal().getPlacement())
                    .isEqualTo(9);
        }
    }

    @Test
    void theDeadlineOfTheRpcCountsWhereTheRequestNamesNone() {
        try (InProcess both = InProcess.connected()) {
            var request = ReadRequest.newBuilder().setKey(AlgebraCodec.encode(Messages.KEY.bytes()));
            long now = both.time.monotonicNanos();
            var _ = StorageServiceGrpc.newFutureStub(both.channel)
                    .withDeadlineAfter(3, TimeUnit.SECONDS)
                    .read(request.build());
            assertThat(both.storage.reads.remove().request().deadlineNanos() - now)
                    .isBetween(2 * InProcess.SECOND, 3 * InProcess.SECOND);
            var _ = StorageServiceGrpc.newFutureStub(both.channel).read(request.build());
            assertThat(both.storage.reads.remove().request().deadlineNanos() - now)
                    .isEqualTo(10 * InProcess.SECOND);
        }
    }

    @Test
    void emptyRequestsAreInvalidWithASentence() {
        try (InProcess both = InProcess.connected()) {
            var stub = StorageServiceGrpc.newBlockingStub(both.channel);
            assertInvalid(() -> stub.assume(AssumeRequest.getDefaultInstance()), "a cluster's id");
            assertInvalid(() -> stub.read(ReadRequest.getDefaultInstance()), "a key has");
            assertInvalid(() -> stub.mutate(MutateRequest.getDefaultInstance()), "a mutation needs a request id");
            assertInvalid(() -> stub.apply(ApplyRequest.getDefaultInstance()), "a key has");
            assertInvalid(() -> stub.scan(ScanRequest.getDefaultInstance()), "a scan's limit");
            assertInvalid(
                    () -> stub.getClocks(
                            GetClocksRequest.newBuilder().addPartitions(-1).build()),
                    "no such partition");
            assertInvalid(
                    () -> stub.pull(PullRequest.getDefaultInstance()).forEachRemaining(message -> {}),
                    "node_number is missing");
            assertInvalid(() -> stub.absorb(AbsorbRequest.getDefaultInstance()), "a message of a pull");
        }
    }

    private static void assertInvalid(Runnable call, String sentence) {
        assertThatExceptionOfType(StatusRuntimeException.class)
                .isThrownBy(call::run)
                .satisfies(failure -> assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT))
                .withMessageContaining(sentence);
    }

    private Requests.Scan scan(InProcess both) {
        Requests.Scan scan = Messages.scan(random);
        return new Requests.Scan(
                scan.placement(),
                scan.after(),
                scan.prefix(),
                scan.limit(),
                scan.partitions(),
                both.in(InProcess.SECOND));
    }
}
