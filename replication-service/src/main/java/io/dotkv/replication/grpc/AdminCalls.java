package io.dotkv.replication.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import com.google.rpc.BadRequest.FieldViolation;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.encoding.MalformedException;
import io.dotkv.proto.replication.v1.Contact;
import io.dotkv.proto.replication.v1.ConvergeRequest;
import io.dotkv.proto.replication.v1.ConvergeResponse;
import io.dotkv.proto.replication.v1.Convergence;
import io.dotkv.proto.replication.v1.ConvergingNode;
import io.dotkv.proto.replication.v1.ExplainRequest;
import io.dotkv.proto.replication.v1.ExplainResponse;
import io.dotkv.proto.replication.v1.PullNowResponse;
import io.dotkv.replication.ConvergenceGoal;
import io.dotkv.replication.ConvergenceResult;
import io.dotkv.replication.ExplainResult;
import io.dotkv.replication.ReplicationAdmin;
import io.dotkv.replication.grpc.codec.ExplainCodec;
import io.dotkv.replication.grpc.codec.InvalidRequestException;
import io.dotkv.replication.grpc.codec.ReplicationAnswerCodec;
import io.dotkv.replication.grpc.codec.ReplicationRequestCodec;
import io.dotkv.replication.grpc.codec.StatusTable;
import java.util.List;
import java.util.Optional;

/** The calls of operators, from the wire and back. Any thread; never blocks. */
final class AdminCalls {
    private final ReplicationAdmin oversight;
    private final ReplicationRequestCodec codec;

    AdminCalls(ReplicationAdmin oversight, ReplicationRequestCodec codec) {
        this.oversight = oversight;
        this.codec = codec;
    }

    void explain(ExplainRequest request, RpcAnswer<ExplainResponse> answer) {
        Key key;
        try {
            key = codec.decode(request);
        } catch (InvalidRequestException invalid) {
            answer.failed(StatusTable.of(invalid, false));
            return;
        }
        ReplicationCalls.onEnd(oversight.explain(key), answer, result -> {
            switch (result) {
                case ExplainResult.Explained explained -> {
                    try {
                        answer.done(ExplainCodec.encode(key, explained, request.getForm()));
                    } catch (ReplicationAnswerCodec.NotTextException notText) {
                        answer.failed(StatusTable.of(notText.failure()));
                    }
                }
                case ExplainResult.Failed(io.dotkv.replication.Failure failure) ->
                    answer.failed(StatusTable.of(failure));
            }
        });
    }

    void pullNow(RpcAnswer<PullNowResponse> answer) {
        ReplicationCalls.onEnd(oversight.pullNow(), answer, done -> answer.done(PullNowResponse.getDefaultInstance()));
    }

    void converge(ConvergeRequest request, RpcAnswer<ConvergeResponse> answer) {
        Optional<ConvergenceGoal> goal;
        try {
            goal = goalOf(request.getGoal());
        } catch (InvalidRequestException invalid) {
            answer.failed(StatusTable.of(invalid, false));
            return;
        }
        ReplicationCalls.onEnd(oversight.converge(goal), answer, result -> {
            switch (result) {
                case ConvergenceResult.Reported reported -> answer.done(encode(reported));
                case ConvergenceResult.Failed(io.dotkv.replication.Failure failure) ->
                    answer.failed(StatusTable.of(failure));
            }
        });
    }

    private static Optional<ConvergenceGoal> goalOf(ByteString goal) throws InvalidRequestException {
        if (goal.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(ConvergenceGoal.decode(Bytes.wrap(goal.toByteArray())));
        } catch (MalformedException e) {
            throw new InvalidRequestException(
                    "The convergence",
                    List.of(FieldViolation.newBuilder()
                            .setField("goal")
                            .setDescription(
                                    "is none that a node gave (" + e.getMessage() + "); leave it empty to begin")
                            .build()));
        }
    }

    private static ConvergeResponse encode(ConvergenceResult.Reported reported) {
        ConvergeResponse.Builder response = ConvergeResponse.newBuilder()
                .setConvergence(reported.isReached() ? Convergence.CONVERGED : Convergence.NOT_CONVERGED)
                .setGoal(
                        UnsafeByteOperations.unsafeWrap(reported.goal().encode().array()));
        for (ConvergenceResult.Distance distance : reported.nodes()) {
            ConvergingNode.Builder node = ConvergingNode.newBuilder()
                    .setNode(distance.node().name())
                    .setContact(distance.isReached() ? Contact.REACHED : Contact.NOT_REACHED);
            distance.missingEvents().ifPresent(node::setMissingEvents);
            distance.missingPartitions().ifPresent(node::setMissingPartitions);
            response.addNodes(node);
        }
        return response.build();
    }
}
