package io.dotkv.replication.grpc.codec;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import com.google.rpc.BadRequest.FieldViolation;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.encoding.MalformedException;
import io.dotkv.proto.replication.v1.Contact;
import io.dotkv.proto.replication.v1.ConvergeRequest;
import io.dotkv.proto.replication.v1.ConvergeResponse;
import io.dotkv.proto.replication.v1.Convergence;
import io.dotkv.proto.replication.v1.ConvergingNode;
import io.dotkv.replication.ConvergenceGoal;
import io.dotkv.replication.ConvergenceResult;
import java.util.List;
import java.util.Optional;

/** How far replicas are from being equal, on the wire. */
public final class ConvergenceCodec {
    private ConvergenceCodec() {}

    /** The goal of a request; empty in one that begins. */
    public static Optional<ConvergenceGoal> decode(ConvergeRequest request) throws InvalidRequestException {
        ByteString goal = request.getGoal();
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

    public static ConvergeResponse encode(ConvergenceResult.Reported reported) {
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
