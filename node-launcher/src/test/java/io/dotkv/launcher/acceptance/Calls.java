package io.dotkv.launcher.acceptance;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.dotkv.proto.replication.v1.Consistency;
import io.dotkv.proto.replication.v1.GetRequest;
import io.dotkv.proto.replication.v1.GetResponse;
import io.dotkv.proto.replication.v1.PutRequest;
import io.dotkv.proto.replication.v1.PutResponse;
import io.dotkv.proto.replication.v1.Value;
import io.dotkv.proto.replication.v1.WriteOutcome;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.List;
import java.util.Optional;

/** The calls that the tests make. */
final class Calls {
    private Calls() {}

    static PutResponse put(RunningNode node, String key, String value, String context, Consistency level) {
        return node.replication()
                .put(PutRequest.newBuilder()
                        .setKey(key)
                        .setValue(value)
                        .setContext(context)
                        .setConsistency(level)
                        .build());
    }

    static PutResponse put(RunningNode node, String key, String value) {
        return put(node, key, value, "", Consistency.QUORUM);
    }

    static GetResponse get(RunningNode node, String key, Consistency level) {
        return node.replication()
                .get(GetRequest.newBuilder().setKey(key).setConsistency(level).build());
    }

    static List<String> values(GetResponse response) {
        return response.getValuesList().stream().map(Value::getValue).toList();
    }

    /** What a failed write says of itself. */
    static Optional<WriteOutcome> outcome(StatusRuntimeException failure) {
        com.google.rpc.Status status = StatusProto.fromThrowable(failure);
        if (status != null) {
            for (Any detail : status.getDetailsList()) {
                if (detail.is(WriteOutcome.class)) {
                    try {
                        return Optional.of(detail.unpack(WriteOutcome.class));
                    } catch (InvalidProtocolBufferException e) {
                        throw new IllegalStateException(e);
                    }
                }
            }
        }
        return Optional.empty();
    }
}
