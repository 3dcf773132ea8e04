package io.dotkv.replication.grpc.codec;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import com.google.protobuf.UnsafeByteOperations;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.types.DataType;
import io.dotkv.proto.replication.v1.DeleteResponse;
import io.dotkv.proto.replication.v1.Entry;
import io.dotkv.proto.replication.v1.Form;
import io.dotkv.proto.replication.v1.GetResponse;
import io.dotkv.proto.replication.v1.Presence;
import io.dotkv.proto.replication.v1.PutResponse;
import io.dotkv.proto.replication.v1.ScanResponse;
import io.dotkv.proto.replication.v1.UpdateResponse;
import io.dotkv.proto.replication.v1.Value;
import io.dotkv.replication.Failure;
import io.dotkv.replication.ReadResult;
import io.dotkv.replication.ScanResult;
import io.dotkv.replication.WriteResult;
import io.dotkv.replication.route.KeyText;

/** Writes answers to the wire. Any thread. */
public final class ReplicationAnswerCodec {
    private ReplicationAnswerCodec() {}

    public static PutResponse put(WriteResult.Applied applied) {
        PutResponse.Builder response = PutResponse.newBuilder()
                .setContext(applied.context().text())
                .setReplaced(applied.replaced())
                .setRequestId(applied.requestId());
        for (NodeId node : applied.acknowledgedBy()) {
            response.addAcknowledgedBy(node.name());
        }
        return response.build();
    }

    public static UpdateResponse update(WriteResult.Applied applied) {
        UpdateResponse.Builder response = UpdateResponse.newBuilder().setRequestId(applied.requestId());
        for (NodeId node : applied.acknowledgedBy()) {
            response.addAcknowledgedBy(node.name());
        }
        return response.build();
    }

    public static DeleteResponse delete(WriteResult.Applied applied) {
        DeleteResponse.Builder response = DeleteResponse.newBuilder()
                .setContext(applied.context().text())
                .setReplaced(applied.replaced())
                .setRequestId(applied.requestId());
        for (NodeId node : applied.acknowledgedBy()) {
            response.addAcknowledgedBy(node.name());
        }
        return response.build();
    }

    public static GetResponse get(Key key, ReadResult.Answered answered, Form form) throws FailureException {
        GetResponse.Builder response = GetResponse.newBuilder()
                .setPresence(answered.values().isEmpty() ? Presence.NOT_FOUND : Presence.FOUND)
                .setContext(answered.context().text());
        for (Leaf leaf : answered.values()) {
            response.addValues(value(key, leaf, form));
        }
        for (DataType type : answered.types()) {
            response.addTypes(ContentCodec.encode(type));
        }
        for (NodeId node : answered.answeredBy()) {
            response.addAnsweredBy(node.name());
        }
        answered.leftOut().forEach(dot -> response.addLeftOut(dot.toString()));
        return response.build();
    }

    public static ScanResponse scan(ScanResult.Scanned scanned, Form form) throws FailureException {
        ScanResponse.Builder response = ScanResponse.newBuilder();
        for (ScanResult.Entry each : scanned.entries()) {
            Entry.Builder entry = Entry.newBuilder().setContext(each.context().text());
            ByteString key = share(each.key().bytes());
            if (isText(key, form)) {
                entry.setKeyBytes(text(key, each.key(), "name"));
            } else {
                entry.setRawKey(key);
            }
            for (Leaf leaf : each.values()) {
                entry.addValues(value(each.key(), leaf, form));
            }
            each.types().forEach(type -> entry.addTypes(ContentCodec.encode(type)));
            each.leftOut().forEach(dot -> entry.addLeftOut(dot.toString()));
            each.content().ifPresent(content -> entry.setContent(ContentCodec.encode(content)));
            response.addEntries(entry);
        }
        scanned.next().ifPresent(token -> response.setNextPageToken(token.text()));
        return response.build();
    }

    static Value value(Key key, Leaf leaf, Form form) throws FailureException {
        long millis = leaf.time().millis();
        Value.Builder value = Value.newBuilder()
                .setDot(leaf.dot().toString())
                .setWrittenAt(Timestamp.newBuilder()
                        .setSeconds(Math.floorDiv(millis, 1000L))
                        .setNanos((int) Math.floorMod(millis, 1000L) * 1_000_000));
        ByteString payload = share(leaf.payload());
        if (isText(payload, form)) {
            value.setValueBytes(text(payload, key, "value"));
        } else {
            value.setRawValue(payload);
        }
        return value.build();
    }

    private static boolean isText(ByteString bytes, Form form) {
        return switch (form) {
            case RAW -> false;
            case TEXT -> true;
            case FORM_UNSPECIFIED, UNRECOGNIZED -> bytes.isValidUtf8();
        };
    }

    private static ByteString text(ByteString bytes, Key key, String what) throws FailureException {
        if (!bytes.isValidUtf8()) {
            throw new FailureException(new Failure(
                    Failure.Reason.NOT_TEXT,
                    "The " + what + " of key " + KeyText.of(key)
                            + " was requested as text and is not UTF-8. Request the form RAW, or none."));
        }
        return bytes;
    }

    /** Kernel bytes never change, so that they need not be copied. */
    private static ByteString share(Bytes bytes) {
        return UnsafeByteOperations.unsafeWrap(bytes.array());
    }
}
