package io.dotkv.replication.grpc.codec;

import io.dotkv.kernel.Dot;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.NodeId;
import io.dotkv.proto.replication.v1.Contact;
import io.dotkv.proto.replication.v1.ExplainResponse;
import io.dotkv.proto.replication.v1.Form;
import io.dotkv.proto.replication.v1.KeyReplica;
import io.dotkv.proto.replication.v1.KeyValue;
import io.dotkv.proto.replication.v1.Presence;
import io.dotkv.proto.replication.v1.Vote;
import io.dotkv.replication.ExplainResult;
import io.dotkv.replication.ExplainResult.Copy;
import io.dotkv.replication.ExplainResult.Placed;
import java.util.List;

/** Writes explanations of keys to the wire. Any thread. */
public final class ExplainCodec {
    private ExplainCodec() {}

    public static ExplainResponse encode(Key key, ExplainResult.Explained explained, Form form)
            throws FailureException {
        ExplainResponse.Builder response = ExplainResponse.newBuilder()
                .setPartition(explained.partition().number())
                .setUnlistedValues(explained.unlisted())
                .addAllFindings(explained.findings());
        explained.types().forEach(type -> response.addTypes(ContentCodec.encode(type)));
        explained.copies().forEach(copy -> response.addReplicas(replica(copy)));
        for (Placed value : explained.values()) {
            response.addValues(value(key, value, form));
        }
        return response.build();
    }

    private static KeyReplica replica(Copy copy) {
        KeyReplica.Builder replica = KeyReplica.newBuilder().setNode(copy.node().name());
        return switch (copy) {
            case ExplainResult.Unknown unknown ->
                replica.setContact(Contact.NOT_REACHED)
                        .setTrouble(unknown.trouble())
                        .build();
            case ExplainResult.Held held ->
                replica.setContact(Contact.REACHED)
                        .setVote(held.isVoting() ? Vote.VOTES : Vote.DOES_NOT_VOTE)
                        .setPresence(held.valueCount() + held.parts() == 0 ? Presence.NOT_FOUND : Presence.FOUND)
                        .addAllDots(dots(held.values().stream().map(Leaf::dot).toList()))
                        .setValues(held.valueCount())
                        .setValueBytes(held.valueBytes())
                        .setParts(held.parts())
                        .build();
        };
    }

    private static KeyValue value(Key key, Placed value, Form form) throws FailureException {
        return KeyValue.newBuilder()
                .setValue(ReplicationAnswerCodec.value(key, value.leaf(), form))
                .setValueBytes(value.leaf().payload().length())
                .setTakenBy(value.takenBy())
                .addAllOn(names(value.on()))
                .addAllReplacedOn(names(value.replacedOn()))
                .addAllMissingOn(names(value.missingOn()))
                .addAllConcurrentWith(dots(value.concurrentWith()))
                .build();
    }

    private static List<String> names(List<NodeId> nodes) {
        return nodes.stream().map(NodeId::name).toList();
    }

    private static List<String> dots(List<Dot> dots) {
        return dots.stream().map(Dot::toString).toList();
    }
}
