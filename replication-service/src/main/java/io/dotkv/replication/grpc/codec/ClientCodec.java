package io.dotkv.replication.grpc.codec;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import com.google.rpc.ErrorInfo;
import io.dotkv.kernel.Actor;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.HybridTime;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.NodeId;
import io.dotkv.proto.replication.v1.DeleteRequest;
import io.dotkv.proto.replication.v1.DeleteResponse;
import io.dotkv.proto.replication.v1.Entry;
import io.dotkv.proto.replication.v1.Form;
import io.dotkv.proto.replication.v1.GetRequest;
import io.dotkv.proto.replication.v1.GetResponse;
import io.dotkv.proto.replication.v1.Outcome;
import io.dotkv.proto.replication.v1.PutRequest;
import io.dotkv.proto.replication.v1.PutResponse;
import io.dotkv.proto.replication.v1.ScanRequest;
import io.dotkv.proto.replication.v1.ScanResponse;
import io.dotkv.proto.replication.v1.UpdateResponse;
import io.dotkv.proto.replication.v1.Value;
import io.dotkv.proto.replication.v1.WriteOutcome;
import io.dotkv.replication.ContextToken;
import io.dotkv.replication.Failure;
import io.dotkv.replication.Failure.Reason;
import io.dotkv.replication.Operation;
import io.dotkv.replication.PageToken;
import io.dotkv.replication.ReadResult;
import io.dotkv.replication.ScanResult;
import io.dotkv.replication.WriteResult;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The wire as its client sees it. Any thread. Decoders refuse with {@link IllegalArgumentException}. */
public final class ClientCodec {
    private static final Pattern DOT = Pattern.compile("(\\d{1,9})\\.(\\d{1,9}):(\\d{1,18})");

    private ClientCodec() {}

    public static PutRequest putRequest(Operation.Write write) {
        return PutRequest.newBuilder()
                .setRawKey(share(write.key().bytes()))
                .setRawValue(share(write.payload().orElse(Bytes.EMPTY)))
                .setContext(write.context().map(ContextToken::text).orElse(""))
                .setConsistency(ConsistencyCodec.encode(write.level()))
                .setRequestId(write.requestId())
                .build();
    }

    public static DeleteRequest deleteRequest(Operation.Write write) {
        return DeleteRequest.newBuilder()
                .setRawKey(share(write.key().bytes()))
                .setContext(write.context().map(ContextToken::text).orElse(""))
                .setConsistency(ConsistencyCodec.encode(write.level()))
                .setRequestId(write.requestId())
                .build();
    }

    public static GetRequest getRequest(Operation.Read read) {
        return GetRequest.newBuilder()
                .setRawKey(share(read.key().bytes()))
                .setConsistency(ConsistencyCodec.encode(read.level()))
                .setContext(read.session().map(ContextToken::text).orElse(""))
                .setMonotonic(read.monotonic())
                .setForm(Form.RAW)
                .setMaxAnswerBytes((int) read.portion().bytes())
                .addAllDots(read.portion().dots().stream()
                        .map(Dot::toString)
                        .sorted()
                        .toList())
                .build();
    }

    public static ScanRequest scanRequest(Operation.Scan scan) {
        return ScanRequest.newBuilder()
                .setRawPrefix(share(scan.prefix()))
                .setPageToken(scan.page().map(PageToken::text).orElse(""))
                .setPageSize(scan.pageSize())
                .setConsistency(ConsistencyCodec.encode(scan.level()))
                .setWithContent(scan.withContent())
                .setForm(Form.RAW)
                .setMaxAnswerBytes(scan.maxBytes())
                .build();
    }

    public static WriteResult put(PutResponse response) {
        return new WriteResult.Applied(
                new ContextToken(response.getContext()),
                response.getReplaced(),
                nodes(response.getAcknowledgedByList()),
                response.getRequestId(),
                Optional.empty());
    }

    public static WriteResult update(UpdateResponse response) {
        return new WriteResult.Applied(
                ContextToken.NONE,
                0,
                nodes(response.getAcknowledgedByList()),
                response.getRequestId(),
                Optional.empty());
    }

    public static WriteResult delete(DeleteResponse response) {
        return new WriteResult.Applied(
                new ContextToken(response.getContext()),
                response.getReplaced(),
                nodes(response.getAcknowledgedByList()),
                response.getRequestId(),
                Optional.empty());
    }

    public static ReadResult answered(GetResponse response) {
        return new ReadResult.Answered(
                leaves(response.getValuesList()),
                response.getTypesList().stream().map(ClientUpdateCodec::decode).toList(),
                new ContextToken(response.getContext()),
                nodes(response.getAnsweredByList()),
                dots(response.getLeftOutList()));
    }

    public static ScanResult scanned(ScanResponse response) {
        return new ScanResult.Scanned(
                response.getEntriesList().stream().map(ClientCodec::entry).toList(),
                response.getNextPageToken().isEmpty()
                        ? Optional.empty()
                        : Optional.of(new PageToken(response.getNextPageToken())));
    }

    /**
     * What an error says about a write. Without a word of the server the outcome is unknown: the call may have reached
     * it.
     */
    public static WriteResult failedWrite(Operation.Write write, Throwable error) {
        Failure failure = failure(error);
        WriteOutcome outcome = detail(error, WriteOutcome.class);
        if (outcome != null && outcome.getOutcome() == Outcome.NOT_APPLIED) {
            return new WriteResult.NotApplied(failure, outcome.getRequired(), write.requestId());
        }
        List<NodeId> acknowledgedBy = outcome == null ? List.of() : nodes(outcome.getAcknowledgedByList());
        return new WriteResult.Unknown(
                failure,
                acknowledgedBy,
                outcome == null ? 0 : outcome.getRequired(),
                write.requestId(),
                outcome == null || outcome.getDot().isEmpty() ? Optional.empty() : Optional.of(dot(outcome.getDot())));
    }

    public static Failure failure(Throwable error) {
        Status status = Status.fromThrowable(error);
        String description = status.getDescription();
        String message = description == null ? status.getCode() + ": " + error : description;
        ErrorInfo info = detail(error, ErrorInfo.class);
        if (info != null && info.getDomain().equals(StatusTable.DOMAIN)) {
            for (Reason reason : Reason.values()) {
                if (reason.name().equals(info.getReason())) {
                    return new Failure(reason, message);
                }
            }
        }
        return new Failure(reason(status.getCode()), message);
    }

    /** The reason of a failure that the server did not explain. */
    private static Reason reason(Status.Code code) {
        return switch (code) {
            case INVALID_ARGUMENT, OUT_OF_RANGE -> Reason.INVALID_REQUEST;
            case UNAVAILABLE, CANCELLED, ABORTED -> Reason.LEVEL_LOST;
            case DEADLINE_EXCEEDED -> Reason.DEADLINE;
            case RESOURCE_EXHAUSTED -> Reason.OVERLOADED;
            case OK,
                    UNKNOWN,
                    NOT_FOUND,
                    ALREADY_EXISTS,
                    PERMISSION_DENIED,
                    FAILED_PRECONDITION,
                    UNIMPLEMENTED,
                    INTERNAL,
                    DATA_LOSS,
                    UNAUTHENTICATED -> Reason.INTERNAL;
        };
    }

    private static <T extends com.google.protobuf.Message> @Nullable T detail(Throwable error, Class<T> type) {
        com.google.rpc.Status status = StatusProto.fromThrowable(error);
        if (status == null) {
            return null;
        }
        for (Any detail : status.getDetailsList()) {
            if (detail.is(type)) {
                try {
                    return detail.unpack(type);
                } catch (InvalidProtocolBufferException malformed) {
                    return null;
                }
            }
        }
        return null;
    }

    private static ScanResult.Entry entry(Entry entry) {
        ByteString key = switch (entry.getKeyFormCase()) {
            case KEY -> entry.getKeyBytes();
            case RAW_KEY, KEYFORM_NOT_SET -> entry.getRawKey();
        };
        return new ScanResult.Entry(
                new Key(Bytes.wrap(key.toByteArray())),
                leaves(entry.getValuesList()),
                entry.getTypesList().stream().map(ClientUpdateCodec::decode).toList(),
                new ContextToken(entry.getContext()),
                dots(entry.getLeftOutList()),
                entry.hasContent() ? Optional.of(ClientUpdateCodec.content(entry.getContent())) : Optional.empty());
    }

    private static List<Dot> dots(List<String> texts) {
        return texts.stream().map(ClientCodec::dot).toList();
    }

    private static List<Leaf> leaves(List<Value> values) {
        return values.stream().map(ClientCodec::leaf).toList();
    }

    private static Leaf leaf(Value value) {
        ByteString payload = switch (value.getValueFormCase()) {
            case VALUE -> value.getValueBytes();
            case RAW_VALUE, VALUEFORM_NOT_SET -> value.getRawValue();
        };
        long millis =
                value.getWrittenAt().getSeconds() * 1000 + value.getWrittenAt().getNanos() / 1_000_000;
        return new Leaf(
                dot(value.getDot()), Bytes.EMPTY, HybridTime.ofMillis(millis), Bytes.wrap(payload.toByteArray()));
    }

    /** @throws IllegalArgumentException when it is not the text of a dot */
    static Dot dot(String text) {
        Matcher parts = DOT.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException("not a dot: " + text);
        }
        return new Dot(
                new Actor(Integer.parseInt(parts.group(1)), Integer.parseInt(parts.group(2))),
                Long.parseLong(parts.group(3)));
    }

    private static List<NodeId> nodes(List<String> names) {
        return names.stream().map(NodeId::new).toList();
    }

    private static ByteString share(Bytes bytes) {
        return UnsafeByteOperations.unsafeWrap(bytes.array());
    }
}
