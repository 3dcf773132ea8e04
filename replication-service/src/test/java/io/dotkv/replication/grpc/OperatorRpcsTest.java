package io.dotkv.replication.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import io.dotkv.kernel.Actor;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.HybridTime;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.PartitionId;
import io.dotkv.kernel.types.DataType;
import io.dotkv.proto.replication.v1.Contact;
import io.dotkv.proto.replication.v1.ConvergeRequest;
import io.dotkv.proto.replication.v1.ConvergeResponse;
import io.dotkv.proto.replication.v1.Convergence;
import io.dotkv.proto.replication.v1.ExplainRequest;
import io.dotkv.proto.replication.v1.ExplainResponse;
import io.dotkv.proto.replication.v1.PullNowRequest;
import io.dotkv.proto.replication.v1.Vote;
import io.dotkv.replication.ConvergenceGoal;
import io.dotkv.replication.ConvergenceResult;
import io.dotkv.replication.ConvergenceResult.Distance;
import io.dotkv.replication.ExplainResult;
import io.dotkv.replication.Failure;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("integration")
class OperatorRpcsTest {
    private final ScriptedOversight behind = new ScriptedOversight();
    private final Served served = new Served(new ScriptedReplication(), behind, ReplicationGrpcSettings.defaults());

    @AfterEach
    void stop() {
        served.close();
    }

    @Test
    void aReportComesBackWithAGoalThatTheNextCallPassesOn() throws Exception {
        behind.convergence.complete(new ConvergenceResult.Reported(
                ConvergenceGoal.EMPTY,
                false,
                List.of(
                        new Distance(new NodeId("a"), true, OptionalLong.of(0), OptionalInt.of(0)),
                        new Distance(new NodeId("b"), true, OptionalLong.of(1203), OptionalInt.of(12)),
                        new Distance(new NodeId("c"), false, OptionalLong.empty(), OptionalInt.empty()))));
        ConvergeResponse first = served.blocking().converge(ConvergeRequest.getDefaultInstance());
        assertThat(first.getConvergence()).isEqualTo(Convergence.NOT_CONVERGED);
        assertThat(first.getNodes(1).getMissingEvents()).isEqualTo(1203);
        assertThat(first.getNodes(1).getMissingPartitions()).isEqualTo(12);
        assertThat(first.getNodes(2).getContact()).isEqualTo(Contact.NOT_REACHED);
        assertThat(first.getNodes(2).hasMissingEvents()).isFalse();
        served.blocking()
                .converge(ConvergeRequest.newBuilder().setGoal(first.getGoal()).build());
        assertThat(behind.goals.poll(10, TimeUnit.SECONDS)).isEmpty();
        assertThat(behind.goals.poll(10, TimeUnit.SECONDS)).isEqualTo(Optional.of(ConvergenceGoal.EMPTY));
    }

    @Test
    void aGoalThatIsNoneIsRefusedWithTheNameOfTheField() {
        StatusRuntimeException refused = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> served.blocking()
                        .converge(ConvergeRequest.newBuilder()
                                .setGoal(ByteString.copyFromUtf8("no goal"))
                                .build()));
        assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(refused.getMessage()).contains("goal");
        assertThat(behind.goals).isEmpty();
    }

    @Test
    void withoutAClusterItSaysSo() {
        behind.convergence.complete(
                new ConvergenceResult.Failed(new Failure(Failure.Reason.NO_CLUSTER, "No cluster has formed.")));
        StatusRuntimeException refused = catchThrowableOfType(
                StatusRuntimeException.class, () -> served.blocking().converge(ConvergeRequest.getDefaultInstance()));
        assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
    }

    @Test
    void aPromptIsAnswered() {
        behind.pulled.complete(null);
        assertThat(served.blocking().pullNow(PullNowRequest.getDefaultInstance()))
                .isNotNull();
    }

    @Test
    void anExplanationComesAsMessagesAndAsSentences() {
        Leaf leaf = new Leaf(
                new Dot(new Actor(1, 2), 3), Bytes.EMPTY, HybridTime.ofMillis(1234), Bytes.utf8("three apples"));
        NodeId a = new NodeId("a");
        behind.explanation.complete(new ExplainResult.Explained(
                new PartitionId(0),
                List.of(
                        new ExplainResult.Held(a, List.of(leaf), 3, 36, 2, true),
                        new ExplainResult.Unknown(new NodeId("b"), "gone")),
                List.of(new ExplainResult.Placed(leaf, "a", List.of(a), List.of(), List.of(), List.of())),
                2,
                List.of(DataType.COUNTER),
                List.of("One thing.", "And another.")));
        ExplainResponse response = served.blocking()
                .explain(ExplainRequest.newBuilder().setKey("k").build());
        assertThat(response.hasPartition()).isTrue();
        assertThat(response.getReplicas(0).getVote()).isEqualTo(Vote.VOTES);
        assertThat(response.getReplicas(0).getDotsList()).containsExactly("1.2:3");
        assertThat(response.getReplicas(0).getValues()).isEqualTo(3);
        assertThat(response.getReplicas(0).getValueBytes()).isEqualTo(36);
        assertThat(response.getReplicas(0).getParts()).isEqualTo(2);
        assertThat(response.getUnlistedValues()).isEqualTo(2);
        assertThat(response.getTypesList()).containsExactly(io.dotkv.proto.replication.v1.DataType.COUNTER);
        assertThat(response.getReplicas(1).getTrouble()).isEqualTo("gone");
        assertThat(response.getValues(0).getValue().getValue()).isEqualTo("three apples");
        assertThat(response.getValues(0).getValueBytes()).isEqualTo(12);
        assertThat(response.getFindingsList()).containsExactly("One thing.", "And another.");
        StatusRuntimeException refused = catchThrowableOfType(
                StatusRuntimeException.class, () -> served.blocking().explain(ExplainRequest.getDefaultInstance()));
        assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    }
}
