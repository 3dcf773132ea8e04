package io.dotkv.replication.grpc.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.kernel.Actor;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.HybridTime;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.PartitionId;
import io.dotkv.proto.replication.v1.GetRequest;
import io.dotkv.proto.replication.v1.ReplicationServiceGrpc;
import io.dotkv.replication.Consistency;
import io.dotkv.replication.ContextToken;
import io.dotkv.replication.Failure;
import io.dotkv.replication.Operation;
import io.dotkv.replication.PageToken;
import io.dotkv.replication.ReadResult;
import io.dotkv.replication.Replication;
import io.dotkv.replication.ScanResult;
import io.dotkv.replication.ScrubJob;
import io.dotkv.replication.ScrubReport;
import io.dotkv.replication.ScrubResult;
import io.dotkv.replication.WriteResult;
import io.dotkv.replication.grpc.ScriptedReplication;
import io.dotkv.replication.grpc.Served;
import io.dotkv.replication.grpc.SingleNode;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the local form says comes out of the remote form. */
@Tag("integration")
class RemoteReplicationTest {
    private static final List<NodeId> NODES = List.of(new NodeId("a"), new NodeId("b"));
    private static final Dot DOT = new Dot(new Actor(2, 3), 40);
    private static final ContextToken CONTEXT = new ContextToken("context");
    private static final Leaf LEAF =
            new Leaf(DOT, Bytes.EMPTY, HybridTime.ofMillis(1234), Bytes.wrap(new byte[] {(byte) 0xff}));

    private final ScriptedReplication behind = new ScriptedReplication();
    private final Served served = new Served(behind);
    private final Replication remote = new RemoteReplication(served.channel(), SingleNode.CLOCK);

    @AfterEach
    void stop() {
        served.close();
    }

    @Test
    void aWriteArrivesAsItWasGiven() throws Exception {
        Operation.Write write = write(Optional.of(Bytes.utf8("v")));
        remote.write(write);
        Operation.Write arrived = (Operation.Write) behind.asked.poll(10, TimeUnit.SECONDS);
        assertThat(arrived)
                .usingRecursiveComparison()
                .ignoringFields("deadlineNanos")
                .isEqualTo(write);
        assertThat(Math.abs(arrived.deadlineNanos() - write.deadlineNanos())).isLessThan(1_000_000_000L);
    }

    @Test
    void aCallIsToEndALittleBeforeItsClientGivesItUp() throws Exception {
        var _ = ReplicationServiceGrpc.newFutureStub(served.channel())
                .withDeadlineAfter(20, TimeUnit.SECONDS)
                .get(GetRequest.newBuilder().setKey("k").build());
        Operation arrived = behind.asked.poll(10, TimeUnit.SECONDS);
        assertThat(arrived.deadlineNanos() - SingleNode.CLOCK.monotonicNanos())
                .isLessThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(19_900));
    }

    @Test
    void anAppliedPutComesBackButForItsDot() throws Exception {
        behind.writeOf("r").complete(new WriteResult.Applied(CONTEXT, 3, NODES, "r", Optional.of(DOT)));
        assertThat(await(remote.write(write(Optional.of(Bytes.utf8("v"))))))
                .isEqualTo(new WriteResult.Applied(CONTEXT, 3, NODES, "r", Optional.empty()));
        assertThat(await(remote.write(write(Optional.empty()))))
                .isEqualTo(new WriteResult.Applied(CONTEXT, 3, NODES, "r", Optional.empty()));
    }

    private static ScrubReport report(int done, String... findings) {
        List<ScrubReport.Finding> found = Arrays.stream(findings)
                .map(finding -> new ScrubReport.Finding(new PartitionId(7), finding))
                .toList();
        return new ScrubReport(4, done, 1, 10, 1_000, 3, 1, 2, 5, 6, found);
    }

    @Test
    void aScrubArrivesAsItWasOrderedAndItsReportsComeBackWithAllTheirFindings() throws Exception {
        behind.scrubReports.add(report(1, "one"));
        behind.scrubReports.add(report(2, "one", "two"));
        behind.scrub.complete(new ScrubResult.Done(report(4, "one", "two", "three")));
        ScrubJob order = new ScrubJob(Set.of(new PartitionId(7), new PartitionId(2)), 1 << 20);
        List<ScrubReport> heard = new CopyOnWriteArrayList<>();
        assertThat(await(remote.scrub(order, heard::add)))
                .isEqualTo(new ScrubResult.Done(report(4, "one", "two", "three")));
        assertThat(behind.scrubs.poll(10, TimeUnit.SECONDS)).isEqualTo(order);
        assertThat(heard).isSubsetOf(report(1, "one"), report(2, "one", "two"));
    }

    @Test
    void aScrubThatDoesNotBeginSaysWhy() throws Exception {
        Failure failure = new Failure(Failure.Reason.OVERLOADED, "The scrub was not done: another one runs.");
        behind.scrub.complete(new ScrubResult.Failed(failure));
        assertThat(await(remote.scrub(new ScrubJob(Set.of(), 0), soFar -> true)))
                .isEqualTo(new ScrubResult.Failed(failure));
    }

    @ParameterizedTest
    @EnumSource(Failure.Reason.class)
    void everyReasonComesBackWithItsMessage(Failure.Reason reason) throws Exception {
        WriteResult failed = new WriteResult.NotApplied(new Failure(reason, "Why, with ümlauts."), 2, "r");
        behind.writeOf("r").complete(failed);
        assertThat(await(remote.write(write(Optional.empty())))).isEqualTo(failed);
    }

    @Test
    void anUnknownOutcomeComesBackWithAllThatIsKnown() throws Exception {
        WriteResult unknown = new WriteResult.Unknown(
                new Failure(Failure.Reason.DEADLINE, "Too late."), NODES, 2, "r", Optional.of(DOT));
        behind.writeOf("r").complete(unknown);
        assertThat(await(remote.write(write(Optional.empty())))).isEqualTo(unknown);
    }

    @Test
    void aReadComesBack() throws Exception {
        ReadResult answered = new ReadResult.Answered(List.of(LEAF), CONTEXT, NODES);
        behind.read.complete(answered);
        assertThat(await(remote.read(new Operation.Read(Key.of("k"), Consistency.ONE, inTenSeconds()))))
                .isEqualTo(answered);
    }

    @Test
    void aReadArrivesWithItsSession() throws Exception {
        remote.read(new Operation.Read(Key.of("k"), Consistency.ONE, Optional.of(CONTEXT), true, inTenSeconds()));
        Operation.Read arrived = (Operation.Read) behind.asked.poll(10, TimeUnit.SECONDS);
        assertThat(arrived.session()).contains(CONTEXT);
        assertThat(arrived.monotonic()).isTrue();
    }

    @Test
    void aScanComesBack() throws Exception {
        ScanResult scanned = new ScanResult.Scanned(
                List.of(new ScanResult.Entry(Key.of("k"), List.of(LEAF), CONTEXT)), Optional.of(new PageToken("next")));
        behind.scan.complete(scanned);
        assertThat(await(remote.scan(new Operation.Scan(
                        Bytes.utf8("p"), Optional.of(new PageToken("page")), 7, Consistency.ALL, inTenSeconds()))))
                .isEqualTo(scanned);
        Operation.Scan arrived = (Operation.Scan) behind.asked.poll(10, TimeUnit.SECONDS);
        assertThat(arrived.prefix()).isEqualTo(Bytes.utf8("p"));
        assertThat(arrived.page()).contains(new PageToken("page"));
        assertThat(arrived.pageSize()).isEqualTo(7);
    }

    @Test
    void withoutAWordOfTheServerTheOutcomeOfAWriteIsUnknown() throws Exception {
        served.close();
        assertThat(await(remote.write(write(Optional.empty())))).isInstanceOf(WriteResult.Unknown.class);
        assertThat(await(remote.read(new Operation.Read(Key.of("k"), Consistency.ONE, inTenSeconds()))))
                .isInstanceOf(ReadResult.Failed.class);
    }

    private static Operation.Write write(Optional<Bytes> payload) {
        return new Operation.Write(Key.of("k"), payload, Optional.of(CONTEXT), Consistency.ALL, "r", inTenSeconds());
    }

    private static long inTenSeconds() {
        return SingleNode.CLOCK.monotonicNanos() + TimeUnit.SECONDS.toNanos(10);
    }

    private static <T> T await(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
}
